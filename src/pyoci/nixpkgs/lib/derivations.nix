# Derivations that are put off, or warned about.
{ lib }:
let
  inherit (builtins) isFunction mapAttrs removeAttrs;
  show = lib.generators.toPretty { multiline = false; };
in
rec {
  # Newer versions of Nix have these; an older one is told so when they are used.
  unsafeDiscardOutputDependency = builtins.unsafeDiscardOutputDependency;
  addDrvOutputDependencies = builtins.addDrvOutputDependencies;

  # lazyDerivation : { derivation, outputs ? [ "out" ], meta, passthru } -> package
  # Knows its outputs before it is evaluated, and has nothing but what is listed here.
  lazyDerivation = { derivation, outputs ? [ "out" ], meta ? null, passthru ? { } }@arguments:
    let
      checked =
        if !(lib.attrsets.isDerivation derivation) then throw "lazyDerivation: input must be a derivation."
        else if derivation.outputs != outputs then throw
          ("lib.lazyDerivation: The derivation ${derivation.name or "<unknown>"} has outputs that don't match the "
            + "assumed outputs.\n\nAssumed: ${show outputs}\nActual: ${show derivation.outputs}\n\n"
            + "Pass `outputs` as they are.")
        else derivation;
    in
    {
      type = "derivation";
      inherit (checked) name system drvPath outPath outputName;
      inherit outputs;
      meta = arguments.meta or checked.meta;
    }
    // lib.attrsets.genAttrs outputs (output: checked.${output})
    // passthru;

  # An attribute that is null is left out of a derivation.
  optionalDrvAttr = condition: value: if condition then value else null;

  # warnOnInstantiate : string -> package -> package      Its name and meta can be read without a warning.
  warnOnInstantiate = message: package:
    let
      loud = mapAttrs (_: lib.trivial.warn message)
        (removeAttrs package [ "meta" "name" "outputName" "type" ]);
      again =
        if isFunction (package.overrideAttrs or null) then {
          overrideAttrs = changes: warnOnInstantiate message (package.overrideAttrs changes);
        }
        else { };
    in
    package // loud // again;
}
