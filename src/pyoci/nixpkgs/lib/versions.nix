# Parts of version numbers.
{ lib }:
let
  inherit (builtins) concatStringsSep elemAt splitVersion;
  first = count: version: concatStringsSep "." (lib.lists.take count (splitVersion version));
in
{
  inherit (builtins) compareVersions splitVersion;

  major = version: elemAt (splitVersion version) 0;
  minor = version: elemAt (splitVersion version) 1;
  patch = version: elemAt (splitVersion version) 2;
  majorMinor = first 2;

  # pad : int -> string -> string      Exactly so many parts; missing ones are 0, what follows a dash stays.
  pad = count: version:
    let
      number = builtins.head (lib.strings.splitString "-" version);
      rest = lib.strings.removePrefix number version;
    in
    concatStringsSep "." (lib.lists.take count (splitVersion number ++ lib.lists.replicate count "0")) + rest;
}
