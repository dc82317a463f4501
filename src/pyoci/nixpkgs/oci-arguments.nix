# What ociTools.buildContainer takes, and what it says when it is given something else.
#
# A container's configuration is JSON that a runtime reads long after evaluation, and toJSON takes
# almost anything: a mistake that is not caught here shows up as a container that does not start.
#
# checkArguments :: { where : string, within : string, strict : bool } -> set -> set
#   The complete set of arguments, checked, defaults filled in.
#   Messages begin with `where`, and name an argument by its name behind the prefix `within`.
#   Not `strict`: as nixpkgs' own buildContainer has it, which never looks at mounts.
{ lib }:

let
  inherit (builtins)
    attrNames
    elem
    filter
    hasAttr
    isAttrs
    isBool
    isFunction
    isInt
    isList
    isString
    length
    mapAttrs
    match
    ;

  didYouMean = import ./did-you-mean.nix;

  inherit (import ./wording.nix { inherit lib; })
    attribute
    describe
    element
    enumerate
    isPackage
    quote
    stringHint
    words
    ;
in
{
  where,
  within ? "",
  strict,
}:

let
  fail = message: throw "${where}: ${message}";

  want = option: kind: value: hint: fail "${option} must be ${kind}, but it is ${describe value}${hint}";

  # ---- One check a kind of value: option name -> value -> value ----

  aString = option: value: if isString value then value else want option "a string" value (stringHint value);

  aBoolean =
    option: value:
    if isBool value then
      value
    else
      want option "true or false" value (
        if isString value && elem value [ "true" "false" ] then
          "; write ${value}, without quotes"
        else
          "; write true or false"
      );

  # A set where a string is wanted: what toJSON and string interpolation make of it.
  coerces = value: isString value || builtins.isPath value || (isAttrs value && (value ? outPath || value ? __toString));

  anId =
    option: value:
    if !isInt value then
      want option "a whole number" value (if isString value then "; write it without quotes" else "")
    else if value < 0 || value > 4294967295 then
      fail "${option} must lie between 0 and 4294967295, but it is ${toString value}"
    else
      value;

  orNull =
    check: option: value:
    if value == null then null else check option value;

  listOf =
    kind: check: option: value:
    if isList value then
      lib.imap0 (index: check (element option index)) value
    else
      want option kind value (
        if isString value then
          "; write ${option} = [ ${words value} ]"
        else if isPackage value then
          "; write ${option} = [ \"\${…}/bin/…\" ]"
        else if isFunction value then
          stringHint value
        else
          "; write ${option} = [ \"…\" ]"
      );

  # What names of other tools are called here.
  meaning = mapAttrs (_: name: ", did you mean '${name}'?");

  # Names outside `known` are refused; `instead` has hints for names that resemble none.
  onlyKnown =
    {
      what,
      known,
      instead ? { },
    }:
    set:
    let
      unknown = filter (name: !elem name known) (attrNames set);
      name = builtins.head unknown;
      near = didYouMean name known;
      hint =
        if instead ? ${name} then
          instead.${name}
        else if near != "" then
          near
        else
          "; it takes ${enumerate known}";
    in
    if unknown == [ ] then set else fail "${what} '${name}'${hint}";

  # ---- The arguments ----

  # As in nixpkgs, a package or a path may stand in args: toJSON writes its store path. (A path is
  # copied to the store.) What else toJSON takes would be no string in the JSON.
  anArg =
    option: value:
    if coerces value then
      value
    else if isList value then
      want option "a string" value "; join the lists with ++"
    else
      want option "a string" value (stringHint value);

  checkArgs =
    option: value:
    let
      checked = listOf "a list of strings" anArg option value;
    in
    if strict && checked == [ ] then
      fail "${option} is empty: its first element is the program that the container runs; write ${option} = [ \"\${hello}/bin/hello\" ]"
    else if isList value then
      # The elements themselves, not copies: their order and context decide the derivation.
      builtins.seq (lib.foldl' (done: item: builtins.seq item done) null checked) value
    else
      checked;

  mountKeys = [
    "source"
    "type"
    "options"
  ];

  aMountPoint =
    mounts: destination:
    if match "/.*" destination != null then
      destination
    else
      fail "${mounts}.${quote destination} is no absolute path inside the container; write ${mounts}.${quote "/${destination}"}";

  checkMount =
    mounts: destination: value:
    let
      option = "${mounts}.${quote destination}";
      mount =
        if isAttrs value && !isPackage value then
          onlyKnown {
            what = "${option} has no option";
            known = mountKeys;
            instead = meaning {
              src = "source";
              from = "source";
              device = "source";
              hostPath = "source";
              fsType = "type";
            };
          } value
        else
          want option "a set like { source = \"/path/on/the/host\"; }" value (
            if elem destination mountKeys && isString value then
              "; write ${mounts}.\"/data\" = { ${destination} = ${quote value}; }"
            else
              "; write ${option} = { source = ${quote (if isString value then value else "/path/on/the/host")}; }"
          );
      type = if mount ? type then aString "${option}.type" mount.type else "none";
      bind = elem type [
        "none"
        "bind"
      ];
      options =
        if mount ? options then
          listOf "a list of strings" aString "${option}.options" mount.options
        else
          # Binding is what mounts are for; another file system is not a bind mount.
          lib.optional bind "bind";
    in
    {
      destination = aMountPoint mounts destination;
      inherit type;
      source =
        if mount ? source then
          aString "${option}.source" mount.source
        else
          fail "${option} has no source; write ${option}.source = \"/path/on/the/host\"";
    }
    // lib.optionalAttrs (options != [ ]) { inherit options; };

  checkMounts =
    option: value:
    if isAttrs value && !isPackage value then
      lib.mapAttrsToList (checkMount option) value
    else
      want option "a set of mount points" value (
        let
          asked = if isList value && value != [ ] then mountIn (builtins.head value) else null;
          mount = if asked == null then { destination = "/data"; source = "/path/on/the/host"; } else asked;
        in
        "; write ${option}.${quote mount.destination} = { source = ${quote mount.source}; }"
      );

  # What a list's element means: "/on/the/host:/in/the/container", or a mount as config.json has it.
  mountIn =
    value:
    let
      parts = if isString value then match "([^:]+):(/[^:]*).*" value else null;
    in
    if parts != null then
      {
        source = builtins.head parts;
        destination = builtins.elemAt parts 1;
      }
    else if isAttrs value && isString (value.source or null) && isString (value.destination or null) then
      value
    else
      null;

  # Environment variables as the runtime wants them, "NAME=value"; null leaves one out.
  checkEnv =
    option: value:
    if isAttrs value && !isPackage value then
      lib.mapAttrsToList (
        name: content:
        if name == "" || match ".*=.*" name != null then
          fail "${option} has a variable named ${quote name}; a name is not empty and has no '='"
        else if coerces content then
          "${name}=${content}"
        else
          want (attribute option name) "a string" content (stringHint content)
      ) (lib.filterAttrs (_: content: content != null) value)
    else
      want option "a set of variables" value "; write ${option} = { NAME = \"value\"; }";

  defaultNamespaces = [
    "pid"
    "network"
    "mount"
    "ipc"
    "uts"
  ];
  namespaceTypes = defaultNamespaces ++ [
    "user"
    "cgroup"
  ];

  aNamespace =
    option: value:
    if isString value && elem value namespaceTypes then
      { type = value; }
    else if isString value then
      fail "${option} is no kind of namespace: ${quote value}${
        let
          near = didYouMean value namespaceTypes;
        in
        if near != "" then near else "; there are ${enumerate namespaceTypes}"
      }"
    else if isAttrs value && isString (value.type or null) then
      aNamespace option value.type
      // lib.optionalAttrs (value ? path) { path = aString "the path of ${option}" value.path; }
    else
      want option "a kind of namespace (${enumerate namespaceTypes})" value "";

  checkNamespaces =
    option: value:
    let
      namespaces = listOf "a list of strings" aNamespace option value;
      types = map (namespace: namespace.type) namespaces;
    in
    if length (lib.unique types) != length types then fail "${option} names a namespace twice" else namespaces;

  aSet =
    option: value:
    if isAttrs value && !isPackage value then
      value
    else
      want option "a set" value "; write ${option} = { process.cwd = \"/srv\"; }";

  arguments = {
    args.check = checkArgs;
    mounts = {
      default = { };
      check = if strict then checkMounts else (_: _: [ ]);
    };
    os = {
      default = "linux";
      check = aString;
    };
    arch = {
      default = "x86_64";
      check = aString;
    };
    readonly = {
      default = false;
      check = aBoolean;
    };
  }
  // (if strict then ownArguments else { });

  # What nixpkgs' buildContainer cannot be asked for.
  ownArguments = {
    uid = {
      default = 0;
      check = anId;
    };
    gid = {
      default = 0;
      check = anId;
    };
    env = {
      default = { };
      check = checkEnv;
    };
    hostname = {
      default = null;
      check = orNull aString;
    };
    namespaces = {
      default = defaultNamespaces;
      check = checkNamespaces;
    };
    extraConfig = {
      default = { };
      check = aSet;
    };
  };

  checkNames = onlyKnown {
    what = "there is no argument";
    known = attrNames arguments;
    instead =
      if strict then
        meaning {
          cmd = "args";
          command = "args";
          entrypoint = "args";
          environment = "env";
          processEnv = "env";
          volumes = "mounts";
          binds = "mounts";
          user = "uid";
          group = "gid";
          config = "extraConfig";
          script = "args";
          readOnly = "readonly";
        }
        // {
          name = "; a container is called after its file";
          ports = "; without \"network\" among its namespaces a container has the ports of the host";
        }
      else
        mapAttrs (_: _: "; nixpkgs' ociTools has none, the flavour \"pyoci\" has") ownArguments;
  };
in
given:
let
  named =
    if isAttrs given && !isPackage given then
      checkNames given
    else
      fail "it takes a set of arguments, but it was given ${describe given}; write buildContainer { args = [ … ]; }";

  complete = mapAttrs (
    name: argument:
    if named ? ${name} then
      argument.check "${within}${name}" named.${name}
    else if argument ? default then
      argument.check name argument.default
    else
      fail "the argument '${name}' is missing; write ${name} = [ \"\${hello}/bin/hello\" ]"
  ) (arguments // ownArguments);

  # Packages may stand in args and extraConfig: these are not to be walked.
  simple = removeAttrs complete [
    "args"
    "extraConfig"
  ];
in
# All is checked before anything is answered, so that the call is what an error points at.
builtins.seq complete.args (builtins.seq complete.extraConfig (builtins.deepSeq simple complete))
