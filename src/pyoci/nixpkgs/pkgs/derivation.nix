# stdenv.mkDerivation: from a package's attributes to its derivation.
#
# What every derivation of a release has in common (builder, setup, the empty defaults) is data of the index, in the
# templates `stdenv` and `stdenvNoCC`; so are the flags and hooks that single attributes bring along. What is written
# here is the meaning of the attributes.
#
# mkDerivationOf : { stdenv, base } -> (attrs | (final -> attrs)) -> derivation
#   stdenv: the environment that the package is built in.   base: the name of its template.
{ lib, index, config, admit }:
let
  inherit (builtins)
    elem filter genList head intersectAttrs isAttrs isFunction isString length listToAttrs map mapAttrs removeAttrs
    unsafeGetAttrPos;
  inherit (lib) optional optionalAttrs optionals;

  # The attributes of a template. A release that does not know it has none.
  template = name: arguments: if index.has name then (index.fill name arguments).attrs else { };

  # -- dependencies

  # Lists of packages that mkDerivation knows; of each package its development output counts.
  dependencyLists = lib.genAttrs [
    "depsBuildBuild" "nativeBuildInputs" "depsBuildTarget" "depsHostHost" "buildInputs" "depsTargetTarget"
    "depsBuildBuildPropagated" "propagatedNativeBuildInputs" "depsBuildTargetPropagated" "depsHostHostPropagated"
    "propagatedBuildInputs" "depsTargetTargetPropagated"
  ] (_: null);

  # Whoever names an output gets that output; whoever names a package gets what one compiles against.
  leavesOutputOpen = package: package.outputUnspecified or (! (package.outputSpecified or true));
  developmentOutput = package:
    if isAttrs package && leavesOutputOpen package then package.dev or package.out or package else package;

  # -- single attributes

  hardening = attrs:
    let
      enable = attrs.hardeningEnable or [ ];
      disable = attrs.hardeningDisable or [ ];
      # The template was made with one flag more than the default.
      all = (template "mkDerivation.hardening" { name = ""; }).NIX_HARDENING_ENABLE;
      default = filter (flag: flag != "pie") all;
      known = flag: elem flag all;
      wrong = filter (flag: ! known flag) (enable ++ filter (flag: flag != "all") disable);
    in
    if enable == [ ] && disable == [ ] then { }
    else if wrong != [ ] then
      abort "mkDerivation does not know the hardening flag '${head wrong}'; it knows ${lib.concatStringsSep ", " all}"
    else {
      NIX_HARDENING_ENABLE =
        if elem "all" disable then [ ] else filter (flag: ! elem flag disable) (default ++ enable);
    };

  # A string is one flag, null none.
  flagList = flags: if isString flags then [ flags ] else if flags == null then [ ] else flags;

  platformFlags = platforms:
    filter (flag: lib.any (platform: lib.hasPrefix "--${platform}=" flag) platforms)
      (if platforms == [ ] then [ ]
      else (template "mkDerivation.configurePlatforms" { name = ""; }).configureFlags);

  replaceLast = list: last: genList (at: if at + 1 == length list then last else builtins.elemAt list at) (length list);

  # Attributes that say something about the package and are nothing to its builder.
  aboutThePackage = [
    "meta" "passthru" "pos" "checkInputs" "installCheckInputs" "__darwinAllowLocalNetworking" "__impureHostDeps"
    "__propagatedImpureHostDeps" "sandboxProfile" "propagatedSandboxProfile"
    # Of these, mkDerivation has its own.
    "userHook" "__ignoreNulls"
  ];

  # Attributes that do not pass as they are. Most derivations have none of them.
  withMeaning = dependencyLists // lib.genAttrs [
    "builder" "realBuilder" "args" "doCheck" "doInstallCheck" "separateDebugInfo" "configureFlags" "configurePlatforms"
    "enableParallelBuilding" "hardeningEnable" "hardeningDisable"
  ] (_: null);

  # Attributes of which an index may say that their meaning in its release is another one.
  unlearnt = lib.concatMapAttrs (group: names: optionalAttrs (index.has "mkDerivation.${group}") (lib.genAttrs names (_: group))) {
    dependencies = [ "buildInputs" "nativeBuildInputs" "propagatedBuildInputs" "propagatedNativeBuildInputs" ];
    crossDependencies = filter (lib.hasPrefix "deps") (builtins.attrNames dependencyLists);
    checks = [ "doCheck" "doInstallCheck" "checkInputs" "installCheckInputs" ];
    configureFlags = [ "configureFlags" ];
    builder = [ "builder" "realBuilder" "args" ];
    meta = [ "meta" "passthru" ];
  };
  # Only to fail where one of these is there.
  refuse = attrs: map (group: index.fill "mkDerivation.${group}" { }) (builtins.attrValues (intersectAttrs attrs unlearnt));

  # What the attributes with a meaning become; `common` is what the release gives to all derivations.
  meant = common: attrs:
    let
      debug = attrs.separateDebugInfo or false;
      doCheck = attrs.doCheck or config.doCheckByDefault or false;
      doInstallCheck = attrs.doInstallCheck or config.doCheckByDefault or false;
      moreTools =
        optionals debug (template "mkDerivation.separateDebugInfo" { name = ""; }).nativeBuildInputs
        ++ optionals doCheck (attrs.checkInputs or [ ])
        ++ optionals doInstallCheck (attrs.installCheckInputs or [ ]);
      brought = removeAttrs (template "mkDerivation.enableParallelBuilding" { name = ""; }) [ "name" ];
    in
    mapAttrs (_: map developmentOutput) (
      intersectAttrs dependencyLists attrs
      // optionalAttrs (moreTools != [ ]) { nativeBuildInputs = attrs.nativeBuildInputs or [ ] ++ moreTools; }
    )
    // optionalAttrs debug { outputs = attrs.outputs or [ "out" ] ++ [ "debug" ]; }
    // intersectAttrs common { inherit doCheck doInstallCheck; }
    // {
      builder = attrs.realBuilder or common.builder;
      args = attrs.args or (if attrs ? builder then replaceLast common.args attrs.builder else common.args);
    }
    // optionalAttrs (attrs ? configureFlags || attrs ? configurePlatforms) {
      configureFlags = flagList (attrs.configureFlags or [ ]) ++ platformFlags (attrs.configurePlatforms or [ ]);
    }
    // optionalAttrs (attrs.enableParallelBuilding or false) (brought // intersectAttrs brought attrs)
    // hardening attrs;

  # The program that the package is known for may be told to its builder.
  mainProgram = meta: optionalAttrs (meta.mainProgram or null != null)
    (removeAttrs (template "mkDerivation.mainProgram" { name = ""; inherit (meta) mainProgram; }) [ "name" ]);

  mkDerivationOf = { stdenv, base }:
    let
      common = (index.fill base { name = ""; }).attrs
        // { inherit stdenv; }
        // optionalAttrs (config ? stdenv.userHook) { inherit (config.stdenv) userHook; };
      # Configurations may have all packages checked.
      always = config.doCheckByDefault or false;

      mkDerivation = given: if isFunction given then fixed given else make given;

      # `given` may look at what it becomes.
      fixed = given:
        let
          attrs = given (attrs // { finalPackage = package; });
          package = make attrs;
        in
        package;

      make = attrs:
        let
          name = attrs.name or "${attrs.pname}-${attrs.version}";
          environment = (if unlearnt == { } then common else builtins.deepSeq (refuse attrs) common) // removeAttrs attrs aboutThePackage // { inherit name; inherit (common) stdenv system; }
            // optionalAttrs (always || intersectAttrs withMeaning attrs != { }) (meant common attrs)
            // optionalAttrs (attrs ? meta) (mainProgram attrs.meta);
          outputs = environment.outputs or [ "out" ];

          position = attrs.pos or (
            if attrs.meta.description or null != null then unsafeGetAttrPos "description" attrs.meta
            else if attrs.version or null != null then unsafeGetAttrPos "version" attrs
            else unsafeGetAttrPos "name" attrs
          );

          meta = {
            inherit name;
            outputsToInstall =
              [ (lib.findFirst (output: elem output outputs) null ([ "bin" "out" ] ++ outputs)) ]
              ++ optional (elem "man" outputs) "man";
          } // attrs.meta or { } // optionalAttrs (position != null) {
            position = "${position.file}:${toString position.line}";
          } // {
            available = admit.admits package;
          };

          # What the check for refusals looks at.
          package = { inherit name meta; } // attrs;
        in
        # Without `meta`, there is nothing to refuse it for.
        extendDerivation (! attrs ? meta || admit.check package) (
          {
            inherit meta;
            passthru = attrs.passthru or { };
            overrideAttrs = change: mkDerivation (changed attrs change);
          } // attrs.passthru or { }
        ) (derivation environment);
    in
    mkDerivation;

  changed = attrs: change:
    let once = if isFunction change then change attrs else change;
    in attrs // (if isFunction once then once attrs else once);

  # A derivation with more attributes, on each of its outputs too. Its paths are there only if `admitted` is.
  extendDerivation = admitted: more: drv:
    let
      outputs = drv.outputs or [ "out" ];
      common = drv // listToAttrs named // { all = map (output: output.value) named; } // more;
      guarded = output: {
        drvPath = assert admitted; output.drvPath;
        outPath = assert admitted; output.outPath;
      };
      named = map
        (name: {
          inherit name;
          value = common // guarded drv.${name} // { inherit (drv.${name}) type outputName; outputSpecified = true; };
        })
        outputs;
    in
    common // guarded drv // { outputUnspecified = true; };
in
{ inherit mkDerivationOf extendDerivation developmentOutput leavesOutputOpen; }
