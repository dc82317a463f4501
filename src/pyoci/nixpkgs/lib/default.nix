# pyoci's own library for Nix expressions, with the names and the behaviour of nixpkgs' `lib`.
#
# Each file is one concern, and is there twice: as `lib.strings.toUpper` and as `lib.toUpper`. A file is read only when
# one of its names is asked for. `lib.extend` makes a library with more, or with other, functions.
#
# Where releases of nixpkgs differ, this does as that of 2026 does, and keeps what only older ones have. Its own ways are:
# - a type whose `check` was replaced (`listOf str // { check = …; }`) is checked by it, as it was before 2025;
# - `types.loaOf` still takes lists, and warns of them;
# - an unknown option's message says where it was written, and suggests only what is similar;
# - `setPrio` and the like change a package's meta and nothing else of it, so that they work on packages that cannot be
#   overridden.
let
  rooms = lib:
    let
      room = file: import file { inherit lib; };
    in
    {
      # --- values
      trivial = room ./trivial.nix;
      fixedPoints = room ./fixed-points.nix;
      lists = room ./lists.nix;
      attrsets = room ./attrsets.nix;
      strings = room ./strings.nix;
      stringsWithDeps = room ./strings-with-deps.nix;
      versions = room ./versions.nix;

      # --- the module system
      modules = room ./modules.nix;
      options = room ./options.nix;
      types = room ./types.nix;

      # --- writing other languages
      cli = room ./cli.nix;
      generators = room ./generators.nix;
      gvariant = room ./gvariant.nix;

      # --- packages
      customisation = room ./customisation.nix;
      derivations = room ./derivations.nix;
      fetchers = room ./fetchers.nix;
      licenses = room ./licenses.nix;
      maintainers = room ./maintainers.nix;
      teams = room ./teams.nix;
      meta = room ./meta.nix;
      sourceTypes = room ./source-types.nix;
      systems = room ./systems.nix;
      platforms = lib.systems.doubles;
      kernel = room ./kernel.nix;

      # --- files
      path = room ./path.nix;
      filesystem = room ./filesystem.nix;
      fileset = room ./fileset.nix;
      sources = room ./sources.nix;

      # --- the rest
      asserts = room ./asserts.nix;
      debug = room ./debug.nix;
      flakes = room ./flakes.nix;
      network = room ./network.nix;
      misc = room ./misc.nix;

      # --- names that are known without their room

      inherit (builtins)
        fromJSON fromTOML getContext hasContext hashString isPath parseDrvName placeholder toFile toJSON toString toXML
        tryEval baseNameOf dirOf hashFile readDir convertHash;
      inherit (lib.trivial)
        add and bitAnd bitNot bitOr bitXor boolToString boolToYesNo ceil checkListOfEnum compare concat const deepSeq
        defaultTo div flip floor fromHexString functionArgs genericClosure id importJSON importTOML inNixShell
        inPureEvalMode info isBool isFloat isFunction isInOldestRelease isInt lessThan mapNullable max mergeAttrs min
        mirrorFunctionArgs mod mul nixpkgsVersion oldestSupportedReleaseIsAtLeast "or" pathExists pipe readFile seq
        setFunctionArgs showWarnings splitByAndCompare sub throwIf throwIfNot toBaseDigits toFunction toHexString
        version warn warnIf warnIfNot xor;
      inherit (lib.fixedPoints)
        composeExtensions composeManyExtensions converge extends fix fix' makeExtensible makeExtensibleWithCustomName
        toExtension;
      inherit (lib.lists)
        all allUnique any compareLists concatAttrValues concatLists concatMap count crossLists drop dropEnd elem elemAt
        filter findFirst findSingle flatten fold foldl foldl' foldr forEach genList groupBy groupBy' head ifilter0 imap0
        imap1 init intersectLists isList last length listDfs map mutuallyExclusive naturalSort optional optionals
        partition range remove replaceElemAt replicate reverseList singleton sort sortOn sublist subtractLists tail take
        takeEnd toList toposort unique uniqueStrings zipLists zipListsWith;
      inherit (lib.attrsets)
        attrByPath attrNames attrVals attrValues attrsToList cartesianProduct cartesianProductOfSets catAttrs
        chooseDevOutputs collect concatMapAttrs dontRecurseIntoAttrs filterAttrs filterAttrsRecursive foldAttrs
        foldlAttrs genAttrs genAttrs' getAttr getAttrFromPath getAttrs getBin getDev getFirstOutput getInclude getLib
        getMan getOutput getStatic hasAttr hasAttrByPath intersectAttrs isAttrs isDerivation listToAttrs
        mapAttrs mapAttrs' mapAttrsFlatten mapAttrsRecursive mapAttrsRecursiveCond mapAttrsToList
        mapAttrsToListRecursive mapAttrsToListRecursiveCond mapCartesianProduct matchAttrs mergeAttrsList nameValuePair
        optionalAttrs overrideExisting recurseIntoAttrs recursiveUpdate recursiveUpdateUntil removeAttrs
        setAttrByPath showAttrPath toDerivation updateManyAttrsByPath zip zipAttrs zipAttrsWith zipAttrsWithNames
        zipWithNames;
      inherit (lib.strings)
        addContextFrom appendContext cmakeBool cmakeFeature cmakeOptionType concatImapStrings concatImapStringsSep
        concatLines concatMapAttrsStringSep concatMapStrings concatMapStringsSep concatStrings concatStringsSep
        enableFeature enableFeatureAs escape escapeRegex escapeShellArg escapeShellArgs escapeURL escapeXML fileContents
        fixedWidthNumber fixedWidthString getName getVersion hasInfix hasPrefix hasSuffix intersperse isStorePath
        isString isStringLike isValidPosixName join lowerChars makeBinPath makeIncludePath makeLibraryPath
        makeSearchPath makeSearchPathOutput match mesonBool mesonEnable mesonOption nameFromURL optionalString
        readPathsFromFile removePrefix removeSuffix replaceChars replaceString replaceStrings split splitString
        splitStringBy stringAsChars stringLength stringToCharacters substring toCamelCase toInt toIntBase10 toLower
        toSentenceCase toShellVar toShellVars toUpper trim trimWith typeOf unsafeDiscardStringContext upperChars
        versionAtLeast versionOlder withFeature withFeatureAs;
      inherit (lib.stringsWithDeps)
        fullDepEntry noDepEntry packEntry stringAfter textClosureList textClosureMap;
      inherit (lib.versions) compareVersions splitVersion;

      inherit (lib.modules)
        applyIfFunction applyModuleArgsIfFunction dischargeProperties doRename evalModules evalOptionValue filterOverrides
        fixMergeModules fixupOptionType mergeDefinitions mergeModules mergeModules' mergeOptionDecls mkAfter
        mkAliasAndWrapDefinitions mkAliasDefinitions mkAliasOptionModule mkAliasOptionModuleMD mkAssert mkBefore
        mkChangedOptionModule mkDefault mkDefinition mkDerivedConfig mkFixStrictness mkForce mkIf mkImageMediaOverride
        mkMerge mkMergedOptionModule mkOptionDefault mkOrder mkOverride mkRemovedOptionModule mkRenamedOptionModule
        mkRenamedOptionModuleWith mkStrict mkVMOverride pushDownProperties setDefaultModuleLocation sortProperties
        unifyModuleSyntax;
      inherit (lib.options)
        getFiles getValues isOption literalDocBook literalExample literalExpression literalMD mdDoc mergeDefaultOption
        mergeEqualOption mergeOneOption mergeUniqueOption mkEnableOption mkOption mkPackageOption
        mkSinkUndeclaredOptions optionAttrSetToDocList optionAttrSetToDocList' scrubOptionValue showFiles showOption
        showOptionWithDefLocs unknownModule;
      inherit (lib.types) defaultFunctor defaultTypeMerge isOptionType isType mkOptionType setType;

      inherit (lib.generators) mkLuaInline;
      inherit (lib.customisation)
        callPackageWith callPackagesWith extendDerivation extendMkDerivation hydraJob makeOverridable makeScope
        makeScopeWithSplicing makeScopeWithSplicing' mapCrossIndex overrideDerivation renameCrossIndexFrom
        renameCrossIndexTo;
      inherit (lib.derivations)
        addDrvOutputDependencies lazyDerivation optionalDrvAttr unsafeDiscardOutputDependency warnOnInstantiate;
      inherit (lib.meta)
        addMetaAttrs appendToName dontDistribute getExe getExe' getLicenseFromSpdxId getLicenseFromSpdxIdOr hiPrio
        hiPrioSet licensesSpdx lowPrio lowPrioSet mapDerivationAttrset setName setPrio updateName;

      inherit (lib.filesystem)
        packagesFromDirectoryRecursive pathIsDirectory pathIsRegularFile pathType readFileType;
      inherit (lib.sources)
        canCleanSource cleanSource cleanSourceFilter cleanSourceWith commitIdFromGitRepo filterSource pathHasContext
        pathIsGitRepo repoRevToName revOrTag sourceByRegex sourceFilesBySuffices;

      inherit (lib.asserts) assertMsg assertOneOf;
      inherit (lib.debug)
        addErrorContext runTests testAllTrue trace traceFnSeqN traceIf traceSeq traceSeqN traceVal traceValFn
        traceValSeq traceValSeqFn traceValSeqN traceValSeqNFn unsafeGetAttrPos;
      inherit (lib.flakes) flakeRefToString parseFlakeRef;
      inherit (lib.network.ipv6) mkEUI64Suffix;
      inherit (lib.misc)
        checkFlag checkReqs closePropagation condConcat defaultMerge defaultMergeArg fakeHash fakeSha256 fakeSha512
        foldArgs getValue ifEnable imap innerClosePropagation innerModifySumArgs lazyGenericClosure maybeAttr
        maybeAttrNullable maybeEnv mergeAttrBy mergeAttrByFunc mergeAttrsByFuncDefaults mergeAttrsByFuncDefaultsClean
        mergeAttrsConcatenateValues mergeAttrsNoOverride mergeAttrsWithFunc modifySumArgs nixType nvs setAttr
        setAttrMerge uniqList uniqListExt;
    };

  # make : (lib -> set) -> lib
  make = contents:
    let
      lib = contents lib // {
        extend = overlay: make (final:
          let
            previous = contents final;
          in
          previous // overlay final previous);
      };
    in
    lib;
in
make rooms
