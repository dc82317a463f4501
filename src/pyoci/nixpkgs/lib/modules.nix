# `lib.modules`, put together from the files below modules/.
{ lib }:
let
  properties = import ./modules/properties.nix { inherit lib; };
  definitions = import ./modules/definitions.nix { inherit lib properties; };
  tree = import ./modules/tree.nix { inherit lib properties definitions; };
  collecting = import ./modules/collecting.nix { inherit lib properties; };
  evaluating = import ./modules/evaluating.nix { inherit lib collecting properties tree; };
  renaming = import ./modules/renaming.nix { inherit lib properties; };

  located = file: config: { _file = file; inherit config; };
in
removeAttrs properties [ "resolve" "resolveWithDefault" ]
// removeAttrs definitions [ "mergeResolved" ]
// removeAttrs tree [ "branchAt" ]
// collecting
// evaluating
// renaming
// rec {
  # importApply : file -> a -> module      For a file that takes an argument before it becomes a module.
  importApply = file: argument: tree.setDefaultModuleLocation file (import file argument);

  # A file of data as a module's configuration.
  importJSON = file: located file (lib.trivial.importJSON file);
  importTOML = file: located file (lib.trivial.importTOML file);

  # mergeModules : location -> [module] -> { matchedOptions, unmatchedDefns }
  mergeModules = loc: modules:
    mergeModules' loc modules (map (module: { file = module._file; inherit (module) config; }) modules);

  mergeModules' = loc: modules: configs:
    let
      found = tree.branchAt loc modules (map (config: { inherit (config) file; value = config.config; }) configs);
    in
    {
      matchedOptions = found.option;
      unmatchedDefns = found.unmatched;
    };

  # mergeAttrDefinitionsWithPrio : option -> { name = { value, highestPrio }; … }
  # For an option that is a set of something: each element with the priority it was defined with.
  mergeAttrDefinitionsWithPrio = option:
    let
      spread = builtins.concatMap
        (def: map (builtins.mapAttrs (_: value: def // { inherit value; }))
          (properties.pushDownProperties def.value))
        option.definitionsWithLocations;
      element = name: defs:
        let
          merged = definitions.mergeDefinitions (option.loc ++ [ name ]) option.type.nestedTypes.elemType defs;
        in
        {
          value = merged.mergedValue;
          inherit (merged.defsFinal') highestPrio;
        };
    in
    assert builtins.elem option.type.name [ "attrsOf" "lazyAttrsOf" ];
    builtins.zipAttrsWith element spread;

  # Former name.
  applyIfFunction = collecting.applyModuleArgsIfFunction;
}
