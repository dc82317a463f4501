# Settings of a Linux kernel configuration.
{ lib }:
let
  inherit (lib.modules) mkIf;
  inherit (lib.strings) versionAtLeast versionOlder;
  setting = tristate: { inherit tristate; optional = false; };
in
{
  yes = setting "y";
  no = setting "n";
  module = setting "m";
  unset = setting null;
  freeform = value: { freeform = value; optional = false; };

  # One that the kernel may not have.
  option = entry: entry // { optional = true; };

  # whenHelpers : version -> set of conditions on it
  whenHelpers = version: {
    whenAtLeast = than: mkIf (versionAtLeast version than);
    whenOlder = than: mkIf (versionOlder version than);
    whenBetween = from: to: mkIf (versionAtLeast version from && versionOlder version to);
  };
}
