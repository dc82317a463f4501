# Tells facts about a nixpkgs tree as values that JSON can hold. The maker of an index calls these functions, a batch
# of names at a time; see maker.py for what becomes of the answers.
#
# A value is told as itself where JSON has it, and else as a set with the one attribute `_` and what it needs:
#   { _ = "string"; text; context; }   a string with context (context as builtins.getContext tells it)
#   { _ = "set"; attrs; }              a set, its values told likewise
#   { _ = "derivation"; drv; output; } a derivation's output
#   { _ = "path"; … }                  as "string": the path is copied to the store first
#   { _ = "unknown"; type; }           anything else, and whatever cannot be evaluated
{ tree, system }:
let
  # Refusals are facts to tell, not errors to meet.
  allowed = {
    unfree.allowUnfree = true;
    broken.allowBroken = true;
    unsupported.allowUnsupportedSystem = true;
    insecure.allowInsecurePredicate = _: true;
  };
  entry = import tree;
  # Trees from before there were overlays do not take any.
  noOverlays = if builtins.functionArgs entry ? config then builtins.functionArgs entry else { overlays = null; };
  pkgsAllowing = reasons: entry ({
    inherit system;
    config = builtins.foldl' (config: reason: config // allowed.${reason}) { } reasons;
  } // builtins.intersectAttrs noOverlays { overlays = [ ]; });
  pkgs = pkgsAllowing (builtins.attrNames allowed);

  inherit (builtins)
    attrNames concatMap elem elemAt filter getAttr getContext hasContext isAttrs isList isString length listToAttrs map mapAttrs
    removeAttrs stringLength tryEval typeOf unsafeDiscardStringContext;

  plain = unsafeDiscardStringContext;
  isDerivation = v: isAttrs v && v.type or null == "derivation";

  # `value`, or `default` where it throws.
  attempt = default: value:
    let result = tryEval value;
    in if result.success then result.value else default;

  whole = value: builtins.deepSeq value value;

  unknown = type: { _ = "unknown"; inherit type; };

  # Tell a value; sets and lists down to `depth` levels.
  tell = depth: value: attempt (unknown "throws") (tellForced depth value);
  tellForced = depth: value:
    let
      type = typeOf value;
    in
    if type == "string" then
      (if hasContext value then { _ = "string"; text = plain value; context = getContext value; } else value)
    else if elem type [ "int" "bool" "null" ] then value
    else if type == "path" then
      (let copied = "${value}"; in { _ = "path"; text = plain copied; context = getContext copied; })
    else if isDerivation value then
      (let drv = plain value.drvPath;
        in builtins.seq drv { _ = "derivation"; inherit drv; output = value.outputName or "out"; })
    else if type == "list" && depth > 0 then map (tell (depth - 1)) value
    else if type == "set" && depth > 0 && ! value ? __functor then
      { _ = "set"; attrs = mapAttrs (_: tell (depth - 1)) value; }
    else unknown type;

  # Tell a value: lists of scalars and scalars, no sets.
  tellFlat = value: attempt (unknown "throws")
    (if isList value then map (tell 0) value else tell 0 value);

  select = path: value: builtins.foldl' (set: name: set.${name}) value path;

  formalsOf = function: if isAttrs function then function.__functionArgs or { } else builtins.functionArgs function;
  filterAttrs = keep: set: removeAttrs set (filter (name: ! keep name) (attrNames set));

  kindOf = value:
    if isDerivation value then "derivation"
    else if typeOf value == "set" && ! value ? __functor then "set"
    else if elem (typeOf value) [ "set" "lambda" ] then "function"
    else "value";

  # Names and kinds of what is in a set.
  kinds = { path, names }: listToAttrs (map
    (name: { inherit name; value = attempt "throws" (kindOf (select (path ++ [ name ]) pkgs)); })
    names);
  names = { path }: attrNames (select path pkgs);

  # Attributes of `meta` that are short and asked for.
  metaTold = [
    "description" "homepage" "mainProgram" "outputsToInstall" "priority" "broken" "unfree" "insecure" "branch"
    "knownVulnerabilities" "license" "platforms" "badPlatforms" "position" "name" "available" "downloadPage" "changelog"
  ];

  # Attributes that are told elsewhere, are long, or lead to evaluations without end.
  skipped = [ "tests" "updateScript" "passthru" "meta" "drvAttrs" "all" "inputDerivation" "override" "overrideAttrs"
    "overrideDerivation" "drvPath" "outPath" "outputs" "outputName" "outputUnspecified" "type" "name" ];

  # Everything known of one derivation; `extras` also tells what it carries besides its build (passthru).
  package = extras: d:
    let
      outputs = d.outputs or [ "out" ];
      build = d.drvAttrs or { };
      carried = filter (name: ! build ? ${name} && ! elem name outputs && ! elem name skipped) (attrNames d);
    in
    {
      drv = plain d.drvPath;
      output = d.outputName or "out";
      name = plain d.name;
      inherit outputs;
      paths = map
        (output: let o = d.${output}; in { path = plain o.outPath; drv = plain o.drvPath; })
        (filter (output: d ? ${output}) outputs);
      selects = d.outputUnspecified or false;
      build = listToAttrs (map (name: { inherit name; value = tell 0 build.${name}; })
        (filter (name: build ? ${name}) [ "pname" "version" "system" ]));
      attributes = attrNames d;
      meta = mapAttrs (name: value: if elem name metaTold then tell 3 value else unknown "long") (d.meta or { });
      carried = if extras then listToAttrs (map (name: { inherit name; value = tellFlat d.${name}; }) carried) else { };
      inputs = if extras then mapAttrs (_: tellFlat) (listToAttrs (filter (v: v != null) (map
        (name: attempt null (if isDerivation build.${name} then { inherit name; value = build.${name}; } else null))
        (filter (name: ! elem name [ "src" "stdenv" ]) (attrNames build))))) else { };
    };

  packages = { path, names, extras }:
    listToAttrs (map
      (name: { inherit name; value = attempt null (whole (package extras (select (path ++ [ name ]) pkgs))); })
      names);

  # Packages that are refused when no more than some reasons are allowed.
  refused = { path, names, allowing }:
    let limited = pkgsAllowing allowing;
    in filter (name: ! (tryEval (select (path ++ [ name ]) limited).drvPath).success) names;

  # Derivations that packages carry; a name is the package's and the attribute's, a tab between.
  parts = { path, names }: listToAttrs (map
    (name: {
      inherit name;
      value = attempt null (whole (package false (select (path ++ builtins.match "(.*)\t(.*)" name) pkgs)));
    })
    names);

  # What a package is after `.override arguments`.
  variant = { path, arguments }: package false ((select path pkgs).override arguments);

  # A path stays untold: what it is in the store depends on all that is in the tree.
  values = { path, names, depth }:
    listToAttrs (map
      (name:
        let value = select (path ++ [ name ]) pkgs;
        in { inherit name; value = if typeOf value == "path" then unknown "path" else tell depth value; })
      names);

  # Only to fail with the reason why something cannot be had.
  force = { path, name }:
    let value = select (path ++ [ name ]) pkgs;
    in builtins.seq (if isDerivation value then value.drvPath else value) null;

  templates = import ./templates.nix { inherit pkgs tell; };
  template = { name }: map templates.learned templates.builders.${name};
  # Facts about the derivations that a builder's own derivations use.
  inputs = { name }: map (package false) (concatMap templates.inputs templates.builders.${name});
  # The same of one probe, for builders of which some probes cannot be evaluated at all.
  givens = { name }: map (probe: probe.given) templates.builders.${name};
  probe = { name, at }: templates.learned (elemAt templates.builders.${name} at);
  probeInputs = { name, at }: map (package false) (templates.inputs (elemAt templates.builders.${name} at));

  # Paths of the derivations of checks.nix.
  pathOf = d: attempt null (plain d.drvPath);
  allChecks = import ./checks.nix { inherit pkgs; };
  checks = { name }: map pathOf allChecks.${name};
  check = { name, at }: pathOf (elemAt allChecks.${name} at);

  platform = { }: {
    stdenv = listToAttrs (map (name: { inherit name; value = tell 3 pkgs.stdenv.${name}; })
      (filter (name: pkgs.stdenv ? ${name}) [
        "buildPlatform" "hostPlatform" "targetPlatform" "shell" "hasCC" "cc" "initialPath" "defaultNativeBuildInputs"
      ]));
    attributes = attrNames pkgs.stdenv;
    release = pkgs.lib.trivial.release or pkgs.lib.nixpkgsVersion or "unknown";
    # Arguments that builders take by name; of those that take any, none.
    formals = mapAttrs (name: _: attrNames (formalsOf pkgs.${name}))
      (filterAttrs (name: pkgs ? ${name}) { fetchurl = null; writeTextFile = null; });
    quotesAlways = (pkgs.lib.escapeShellArg or (text: text)) "a" != "a";
  };

in
{
  inherit names kinds packages refused parts variant values force template inputs givens probe probeInputs platform
    checks check;
  builders = { }: attrNames templates.builders;
}
