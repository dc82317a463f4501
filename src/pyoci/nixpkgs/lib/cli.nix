# Sets as command lines.
{ lib }:
let
  inherit (builtins) concatLists concatMap isBool isList stringLength;
  inherit (lib.attrsets) mapAttrsToList;
  inherit (lib.strings) escapeShellArgs;
  plain = lib.generators.mkValueStringDefault { };
  dashed = name: if stringLength name == 1 then "-${name}" else "--${name}";
in
rec {
  # toCommandLine : (name -> format) -> set -> [string]
  # A format is { option, sep, explicitBool, formatArg }: with a `sep` of null, option and argument are two words; with
  # explicitBool, truth values are arguments instead of there or not there. Lists repeat the option.
  toCommandLine = formatOf: set:
    let
      words = { option, sep, explicitBool, formatArg ? plain }: value:
        let
          argument = formatArg value;
        in
        if value == null || (!explicitBool && value == false) then [ ]
        else if !explicitBool && value == true then [ option ]
        else if sep == null then [ option argument ]
        else [ "${option}${sep}${argument}" ];
      option = name: value:
        if name == "" then throw "lib.cli.toCommandLine only accepts non-empty option names."
        else if isList value then concatMap (words (formatOf name)) value
        else words (formatOf name) value;
    in
    concatLists (mapAttrsToList option set);

  toCommandLineShell = formatOf: set: escapeShellArgs (toCommandLine formatOf set);

  # toCommandLineGNU : { isLong, explicitBool, formatArg } -> set -> [string]      --name=value, -nvalue
  toCommandLineGNU = { isLong ? (name: stringLength name > 1), explicitBool ? false, formatArg ? plain }:
    toCommandLine (name:
      let
        long = isLong name;
      in
      {
        option = (if long then "--" else "-") + name;
        sep = if long then "=" else "";
        inherit explicitBool formatArg;
      });

  toCommandLineShellGNU = settings: set: escapeShellArgs (toCommandLineGNU settings set);

  # toGNUCommandLine : settings -> set -> [string]      The older one: --name value; `mk…` say how each kind is written.
  toGNUCommandLine =
    { mkOptionName ? dashed
    , mkBool ? (name: value: if value then [ (mkOptionName name) ] else [ ])
    , mkList ? (name: concatMap (mkOption name))
    , optionValueSeparator ? null
    , mkOption ? (name: value:
        if value == null then [ ]
        else if optionValueSeparator == null then [ (mkOptionName name) (plain value) ]
        else [ "${mkOptionName name}${optionValueSeparator}${plain value}" ])
    }:
    set:
    let
      option = name: value:
        if isBool value then mkBool name value
        else if isList value then mkList name value
        else mkOption name value;
    in
    concatLists (mapAttrsToList option set);

  toGNUCommandLineShell = settings: set: escapeShellArgs (toGNUCommandLine settings set);
}
