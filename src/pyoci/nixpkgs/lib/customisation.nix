# Packages that can be changed after the fact, and functions that are called with what a package set has.
{ lib }:
let
  inherit (builtins)
    all attrNames concatStringsSep deepSeq filter head intersectAttrs isAttrs length map mapAttrs removeAttrs seq
    toString;
  inherit (lib.attrsets) isDerivation;
  inherit (lib.fixedPoints) extends;
  inherit (lib.trivial) functionArgs isFunction mirrorFunctionArgs setFunctionArgs;

  asFunction = value: if isFunction value then value else import value;

  # "did you mean" for a missing argument
  nearMisses = name: names:
    let
      close = lib.lists.sortOn (lib.strings.levenshtein name) (filter (lib.strings.levenshteinAtMost 2 name) names);
      shown = map (found: "\"${found}\"") (lib.lists.take 3 close);
    in
    if shown == [ ] then ""
    else if length shown == 1 then ", did you mean ${head shown}?"
    else ", did you mean ${concatStringsSep ", " (lib.lists.init shown)} or ${lib.lists.last shown}?";
in
rec {
  # --- overriding

  # overrideDerivation : package -> (arguments of `derivation` -> set) -> package
  overrideDerivation = package: changes:
    let
      meta = package.meta or { };
      passthru = package.passthru or { };
      spliced =
        if package ? __spliced then {
          __spliced = mapAttrs (_: other: overrideDerivation other changes) package.__spliced;
        }
        else { };
    in
    extendDerivation (seq package.drvPath true)
      ({ inherit meta passthru; } // passthru // spliced)
      (derivation (package.drvAttrs // changes package));

  # makeOverridable : (set -> a) -> (set -> a)
  # What the function returns gets `override`, which calls it again with some arguments changed.
  makeOverridable = function:
    let
      alike = mirrorFunctionArgs function;
      call = args:
        let
          result = function args;
          override = alike (changes:
            makeOverridable function (args // (if isFunction changes then changes args else changes)));
          # The same arguments for a function that does one more thing to the result.
          followedBy = more: makeOverridable (alike (args: more (function args))) args;
        in
        if isAttrs result then
          result // {
            inherit override;
            overrideDerivation = changes: followedBy (package: overrideDerivation package changes);
          }
          // (
            if result ? overrideAttrs then {
              overrideAttrs = changes: followedBy (package: package.overrideAttrs changes);
            }
            else { }
          )
        else if isFunction result then setFunctionArgs result (functionArgs result) // { inherit override; }
        else result;
      overridable = alike call;
    in
    if !(isAttrs function) then overridable
    else if function ? override then
      function // overridable // { override = changes: makeOverridable (function.override changes); }
    else function // overridable;

  # extendDerivation : bool -> set -> derivation -> package
  # Adds attributes to a derivation and to each of its outputs; the condition is asserted when its paths are asked for.
  extendDerivation = condition: passthru: derivation:
    let
      guarded = source: {
        drvPath = assert condition; source.drvPath;
        outPath = assert condition; source.outPath;
      };
      output = name: common // guarded derivation.${name} // {
        inherit (derivation.${name}) type outputName;
        outputSpecified = true;
        ${if passthru ? overrideAttrs then "overrideAttrs" else null} =
          changes: (passthru.overrideAttrs changes).${name};
      };
      names = derivation.outputs or [ "out" ];
      outputs = lib.attrsets.genAttrs names output;
      common = derivation // outputs // { all = map (name: outputs.${name}) names; } // passthru // guarded derivation;
    in
    common;

  # hydraJob : package -> set      Only what a build farm needs, evaluated.
  hydraJob = package:
    let
      names = package.outputs or [ "out" ];
      outputs = lib.attrsets.genAttrs names (name: common // {
        inherit (package.${name}) outPath drvPath;
        type = "derivation";
        outputName = name;
      });
      common = { inherit (package) name system meta; outputs = names; }
        // (
          if package._hydraAggregate or false then {
            _hydraAggregate = true;
            constituents = map hydraJob (lib.lists.flatten package.constituents);
          }
          else { }
        )
        // outputs;
      job = outputs.${head names};
    in
    if package == null then null else deepSeq job job;

  # --- calling with what there is

  # callPackageWith : set -> function or file -> set -> a
  # Arguments come from the first set, unless the second has them.
  callPackageWith = available: functionOrFile: args:
    let
      function = asFunction functionOrFile;
      wanted = functionArgs function;
      given = intersectAttrs wanted available // args;
      unmet = filter (name: !wanted.${name}) (attrNames (removeAttrs wanted (attrNames given)));
      first = head unmet;
      position = builtins.unsafeGetAttrPos first wanted;
      place = if position == null then "<unknown location>" else "${position.file}:${toString position.line}";
    in
    if unmet == [ ] then makeOverridable function given
    else abort
      ("lib.customisation.callPackageWith: Function called without required argument \"${first}\" at ${place}"
        + nearMisses first (attrNames (available // args)));

  # callPackagesWith : set -> function or file -> set -> { name = package; … }      Each can be overridden by itself.
  callPackagesWith = available: functionOrFile: args:
    let
      function = asFunction functionOrFile;
      given = intersectAttrs (functionArgs function) available // args;
      packages = function given;
      single = name: _: makeOverridable (mirrorFunctionArgs function (args: (function args).${name})) given;
    in
    if isDerivation packages then throw
      ("function `callPackages` was called on a *single* derivation \"${packages.name or "<unknown-name>"}\"; did you "
        + "mean to use `callPackage` instead?")
    else mapAttrs single packages;

  # --- package sets that see themselves

  # makeScope : (set -> callPackage) -> (self -> set) -> set
  makeScope = newScope: contents:
    let
      self = { callPackage = self.newScope { }; } // contents self // {
        newScope = scope: newScope (self // scope);
        overrideScope = overlay: makeScope newScope (extends overlay contents);
        overrideScope' = self.overrideScope;
        packages = contents;
      };
    in
    self;

  makeScopeWithSplicing = splicePackages: newScope: otherSplices: keep: extra: f:
    makeScopeWithSplicing' { inherit splicePackages newScope; } { inherit otherSplices keep extra f; };

  # As makeScope, for package sets that exist once for each pair of platforms.
  makeScopeWithSplicing' = { splicePackages, newScope }@set:
    { otherSplices, f, keep ? (_self: { }), extra ? (_spliced: { }) }@scope:
    let
      spliced = splicePackages {
        pkgsBuildBuild = otherSplices.selfBuildBuild;
        pkgsBuildHost = otherSplices.selfBuildHost;
        pkgsBuildTarget = otherSplices.selfBuildTarget;
        pkgsHostHost = otherSplices.selfHostHost;
        pkgsHostTarget = self;
        pkgsTargetTarget = otherSplices.selfTargetTarget;
      };
      visible = extra spliced // spliced // keep self;
      self = f self // {
        callPackage = newScope visible;
        newScope = more: newScope (visible // more);
        overrideScope = overlay: makeScopeWithSplicing' set (scope // { f = extends overlay f; });
        packages = f;
      };
    in
    self;

  # extendMkDerivation : settings -> (arguments -> package)      A builder on top of another one.
  extendMkDerivation =
    { constructDrv
    , extendDrvArgs
    , excludeDrvArgNames ? [ ]
    , excludeFunctionArgNames ? [ ]
    , inheritFunctionArgs ? true
    , transformDrv ? lib.trivial.id
    }:
    let
      inherited = if inheritFunctionArgs then removeAttrs (functionArgs constructDrv) excludeDrvArgNames else { };
    in
    {
      inherit constructDrv excludeDrvArgNames extendDrvArgs transformDrv;
      __functionArgs = removeAttrs (inherited // functionArgs (extendDrvArgs { })) excludeFunctionArgNames;
      __functor = _: arguments: transformDrv (constructDrv (final:
        let
          own = if isFunction arguments then arguments final else arguments;
        in
        removeAttrs own excludeDrvArgNames // extendDrvArgs final own));
    };

  # --- sets with an attribute for each pair of build, host and target

  renameCrossIndexFrom = prefix: set: {
    buildBuild = set."${prefix}BuildBuild";
    buildHost = set."${prefix}BuildHost";
    buildTarget = set."${prefix}BuildTarget";
    hostHost = set."${prefix}HostHost";
    hostTarget = set."${prefix}HostTarget";
    targetTarget = set."${prefix}TargetTarget";
  };

  renameCrossIndexTo = prefix: set: {
    "${prefix}BuildBuild" = set.buildBuild;
    "${prefix}BuildHost" = set.buildHost;
    "${prefix}BuildTarget" = set.buildTarget;
    "${prefix}HostHost" = set.hostHost;
    "${prefix}HostTarget" = set.hostTarget;
    "${prefix}TargetTarget" = set.targetTarget;
  };

  mapCrossIndex = function: { buildBuild, buildHost, buildTarget, hostHost, hostTarget, targetTarget }@set:
    mapAttrs (_: function) set;
}
