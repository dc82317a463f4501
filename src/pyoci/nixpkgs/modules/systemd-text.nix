# The text of unit files (systemd.syntax(7)).
#
# Blank lines are kept where NixOS has them: a unit that did not change must not change its text,
# or a switch of the configuration restarts it.
{ lib }:

let
  inherit (builtins)
    concatStringsSep
    isAttrs
    isFunction
    isList
    toJSON
    typeOf
    ;

  word =
    value:
    if value == true then
      "true"
    else if value == false then
      "false"
    else
      toString value;

  isText = value: !(isFunction value || (isAttrs value && !(value ? outPath || value ? __toString)));

  # A list stands for one assignment an element.
  setting =
    where: name: value:
    lib.concatMapStrings (
      item:
      if isText item then
        "${name}=${word item}\n"
      else
        throw "the option `${where}.${name}' must be a string, a number, a Boolean or a list of these, but it is a ${typeOf item}"
    ) (if isList value then value else [ value ]);

  # systemd reads no longer lines.
  lineLimit = 1024 * 1024;

  variable =
    where: name: value:
    let
      line = "Environment=${toJSON "${name}=${value}"}\n";
    in
    if builtins.stringLength line < lineLimit then line else throw "the option `${where}.${name}' is too long for systemd";
in
{
  # section :: string -> [ string ] -> string: the paragraphs below their header.
  section = header: paragraphs: "[${header}]\n${concatStringsSep "\n" paragraphs}\n";

  # settings :: string -> set -> string: `where` is the option that holds them, for messages.
  settings = where: values: concatStringsSep "" (lib.mapAttrsToList (setting where) values);

  # environment :: string -> set -> string: variables that are null are left out.
  environment =
    where: variables:
    concatStringsSep "" (
      lib.mapAttrsToList (name: value: if value == null then "" else variable where name value) variables
    );

  # unitNameOf :: string -> string: an absolute path as part of a unit's name (systemd.unit(5),
  # "String Escaping for Inclusion in Unit Names").
  unitNameOf =
    path:
    if path == "/" then
      "-"
    else
      builtins.replaceStrings [ "/" "-" " " ] [ "-" "\\x2d" "\\x20" ] (lib.removePrefix "/" path);
}
