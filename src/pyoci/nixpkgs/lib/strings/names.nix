# What names carry: versions, package names, store paths; and the flags that build systems take.
{ lib }:
let
  inherit (builtins)
    compareVersions concatStringsSep elem head isBool isString map match parseDrvName split stringLength substring
    toString;

  # From a string or a package: its own attribute where it has one, else what its name says.
  fromName = own: part: subject:
    if isString subject then (parseDrvName subject).${part}
    else subject.${own} or (parseDrvName subject.name).${part};

  # The longest store path name, less `.drv`.
  longestName = 207;
in
rec {
  # --- versions

  versionOlder = version: than: compareVersions version than < 0;
  versionAtLeast = version: than: compareVersions version than >= 0;

  getName = fromName "pname" "name";
  getVersion = fromName "version" "version";

  # --- store paths

  # isStorePath : any -> bool      True for what lies directly in the store.
  isStorePath = value:
    let
      text = toString value;
    in
    lib.strings.isStringLike value
    && substring 0 1 text == "/"
    && (dirOf text == builtins.storeDir || match "/[0-9a-z]{52}" text != null);

  # sanitizeDerivationName : string -> string      A name the store accepts, without context.
  sanitizeDerivationName = name:
    let
      text = builtins.unsafeDiscardStringContext name;
      withoutDots = head (match "\\.*(.*)" text);
      allowed = concatStringsSep "" (map (piece: if isString piece then piece else "-")
        (split "[^[:alnum:]+._?=-]+" withoutDots));
      surplus = stringLength allowed - longestName;
      short = if surplus > 0 then substring surplus (-1) allowed else allowed;
    in
    if short == "" then "unknown" else short;

  # nameFromURL : string -> separator -> string      The last part of the URL up to the separator.
  nameFromURL = url: separator:
    let
      file = lib.lists.last (lib.strings.splitString "/" url);
      name = head (lib.strings.splitString separator file);
    in
    assert name != file;
    name;

  # --- flags

  enableFeature = flag: feature:
    assert isBool flag;
    assert isString feature;
    (if flag then "--enable-" else "--disable-") + feature;

  enableFeatureAs = flag: feature: value: enableFeature flag feature + (if flag then "=${value}" else "");

  withFeature = flag: feature:
    assert isString feature;
    (if flag then "--with-" else "--without-") + feature;

  withFeatureAs = flag: feature: value: withFeature flag feature + (if flag then "=${value}" else "");

  cmakeOptionType = type: option: value:
    let
      kind = lib.strings.toUpper type;
    in
    assert elem kind [ "BOOL" "FILEPATH" "PATH" "STRING" "INTERNAL" "LIST" ];
    assert isString option;
    assert isString value;
    "-D${option}:${kind}=${value}";

  cmakeBool = option: flag:
    assert isBool flag;
    cmakeOptionType "BOOL" option (if flag then "TRUE" else "FALSE");

  cmakeFeature = cmakeOptionType "STRING";

  mesonOption = option: value:
    assert isString option;
    assert isString value;
    "-D${option}=${value}";

  mesonBool = option: flag:
    assert isBool flag;
    mesonOption option (lib.trivial.boolToString flag);

  mesonEnable = option: flag:
    assert isBool flag;
    mesonOption option (if flag then "enabled" else "disabled");
}
