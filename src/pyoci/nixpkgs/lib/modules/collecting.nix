# From what is written in `imports` to the modules that count: loading, telling the two ways to write a module apart,
# following imports, leaving out what is disabled.
{ lib, properties }:
let
  inherit (builtins)
    addErrorContext attrNames concatMap concatStringsSep elem filter genericClosure head isAttrs isList isString map
    mapAttrs removeAttrs substring toString typeOf;
  inherit (lib.lists) imap1;
  inherit (properties) mkMerge;
  inherit (lib.options) showDefs showOption unknownModule;
  inherit (lib.strings) escapeNixString;
  inherit (lib.trivial) functionArgs isFunction;

  # What a module may have beside its configuration,
  aboutModule = [ "_class" "_file" "key" "disabledModules" "imports" "freeformType" ];
  # when it is written in parts; `meta` is an option of its own then,
  parts = aboutModule ++ [ "options" "config" "meta" ];
  # and when it is nothing but configuration.
  aboutConfig = aboutModule ++ [ "require" ];

  # --- one module

  # unifyModuleSyntax : file -> key -> set -> module
  unifyModuleSyntax = file: key: written:
    let
      inParts = written ? config || written ? options;
      foreign = attrNames (removeAttrs written parts);
      additions =
        (if inParts && written ? meta then [ { inherit (written) meta; } ] else [ ])
        ++ (if written ? freeformType then [ { _module.freeformType = written.freeformType; } ] else [ ]);
      own = if inParts then written.config or { } else removeAttrs written aboutConfig;
    in
    if !(isAttrs written) then throw "module ${file} (${key}) does not look like a module."
    else if inParts && foreign != [ ] then throw
      ("Module `${key}' has an unsupported attribute `${head foreign}'. This is caused by introducing a top-level "
        + "`config' or `options' attribute. What is configuration goes below `config' then "
        + "(here: ${concatStringsSep " " foreign}), or all of it stays at the top.")
    else {
      _file = toString written._file or file;
      _class = written._class or null;
      key = toString written.key or key;
      disabledModules = written.disabledModules or [ ];
      imports = (if inParts then [ ] else written.require or [ ]) ++ written.imports or [ ];
      options = if inParts then written.options or { } else { };
      config = if additions == [ ] then own else mkMerge ([ own ] ++ additions);
    };

  # Calls a module that is a function, with the arguments it names: from outside if they are known there, else from
  # the configuration's `_module.args`.
  applyModuleArgs = key: function: args:
    let
      fromConfig = name: _:
        addErrorContext "while evaluating the module argument `${name}' in \"${key}\":"
          (addErrorContext "which was not given from outside, so `config._module.args' is asked for it:"
            args.config._module.args.${name});
    in
    function (args // mapAttrs fromConfig (removeAttrs (functionArgs function) (attrNames args)));

  applyModuleArgsIfFunction = key: module: args:
    if isFunction module then applyModuleArgs key module args else module;

  load = args: file: key: written:
    let
      kind = written._type or "module";
      path = toString written;
    in
    if isFunction written then unifyModuleSyntax file key (applyModuleArgs key written args)
    else if isAttrs written then
      if kind == "module" then unifyModuleSyntax file key written
      else if kind == "if" || kind == "override" then unifyModuleSyntax file key { config = written; }
      else noModule args file kind
    else if isList written then throw
      ("Module imports can't be nested lists. Perhaps you meant to remove one level of lists? Definitions: "
        + showDefs [ { inherit file; value = written; } ])
    else unifyModuleSyntax path path (applyModuleArgsIfFunction path (import written) args);

  noModule = args: file: kind:
    let
      into = place: ", while trying to load a module into ${place}";
      where =
        (if file == unknownModule then "" else into (toString file))
        + (if args._prefix or [ ] == [ ] then "" else into (showOption args._prefix));
      advice = {
        configuration =
          "\nA configuration is made of modules: please only import the modules that make up the configuration.";
        flake = "\nA flake is not a module itself; one of its outputs may be, such as `.nixosModules.default'.";
      };
    in
    throw ("Expected a module, but found a value of type ${escapeNixString kind}${where}.${advice.${kind} or ""}");

  ofClass = class: module:
    if class == null || module._class == null || module._class == class then module
    else throw
      ("The module `${module._file}` (class: ${escapeNixString module._class}) cannot be imported into a module "
        + "evaluation that expects class ${escapeNixString class}.");

  # --- disabledModules

  # What an item of `disabledModules` points at. Paths may be relative to where the modules are kept.
  disabledKey = modulesPath: file: item:
    if isString item then
      if substring 0 1 item == "/" then item else toString modulesPath + "/" + item
    else if isAttrs item && item ? key && lib.strings.isConvertibleWithToString item && item.key != toString item then
      throw
        ("Module `${file}` contains a disabledModules item that can be converted to a string (${toString item}), and "
          + "also has a `key` (${item.key}) that differs: which module to disable is ambiguous.")
    else if isAttrs item && item ? key then item.key
    else if lib.strings.isConvertibleWithToString item then toString item
    else if isAttrs item then throw
      ("Module `${file}` contains a disabledModules item that is an attribute set, presumably a module, that does "
        + "not have a `key` attribute: there is no telling which module it means. Use a path, or give it a `key`.")
    else throw
      ("Each disabledModules item must be a path, a string or a module with a `key`, but one in `${file}` is of type "
        + "${typeOf item}.");
in
{
  inherit applyModuleArgs applyModuleArgsIfFunction unifyModuleSyntax;

  # collectModules : class or null -> modulesPath -> [written module] -> args -> { modules, graph }
  # Breadth first, each key once.
  collectModules = class: modulesPath: written: args:
    let
      entries = file: key: imap1 (n: item:
        let
          module = ofClass class (load args file "${key}:anon-${toString n}" item);
        in
        {
          inherit (module) key;
          inherit module;
          imports = entries module._file module.key module.imports;
        });
      start = entries unknownModule "" written;
      everything = genericClosure { startSet = start; operator = entry: entry.imports; };

      disabled = concatMap
        (entry: map (disabledKey modulesPath entry.module._file) entry.module.disabledModules)
        everything;
      enabled = filter (entry: !(elem entry.key disabled));
      counting =
        if disabled == [ ] then everything
        else genericClosure { startSet = enabled start; operator = entry: enabled entry.imports; };

      graphOf = map (entry: {
        inherit (entry) key;
        file = entry.module._file;
        disabled = elem entry.key disabled;
        imports = graphOf entry.imports;
      });
    in
    {
      modules = map (entry: entry.module) counting;
      graph = graphOf (filter (entry: entry.key != "lib/modules.nix") start);
    };
}
