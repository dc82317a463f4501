# What a package is built from, for `meta.sourceProvenance`.
{ lib }:
builtins.mapAttrs (name: isSource: { shortName = name; inherit isSource; }) {
  fromSource = true;
  binaryNativeCode = false;
  binaryBytecode = false;
  binaryFirmware = false;
  obfuscatedCode = false;
}
