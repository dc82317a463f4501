# Types of lists, sets and functions of something.
{ lib, base }:
let
  inherit (builtins)
    all attrNames attrValues concatLists concatMap filter foldl' head isAttrs isList length listToAttrs map mapAttrs
    sort toString typeOf zipAttrsWith;
  inherit (base) around checkingMerge inCompound mkOptionType;
  inherit (lib.lists) imap1;
  inherit (lib.modules) mergeDefinitions;
  inherit (lib.options) showDefs showOption;

  isDefined = merged: merged.isDefined;
  valueOf = merged: merged.mergedValue;
  metaOf = merged: merged.checkedAndMerged.valueMeta;
in
rec {
  # --- lists

  listOf = elemType:
    mkOptionType ({
      name = "listOf";
      description = "list of ${inCompound elemType}";
      descriptionClass = "composite";
      emptyValue.value = [ ];
    }
    // checkingMerge isList ({ loc, defs }:
      let
        item = n: file: m: value:
          mergeDefinitions (loc ++ [ "[definition ${toString n}-entry ${toString m}]" ]) elemType
            [ { inherit file value; } ];
        items = filter isDefined (concatLists (imap1 (n: def: imap1 (item n def.file) def.value) defs));
      in
      {
        headError = base.headError isList defs;
        value = map valueOf items;
        valueMeta.list = map metaOf items;
      })
    // around "listOf" elemType [ "*" ] listOf);

  nonEmptyListOf = elemType:
    let
      list = base.addCheck (listOf elemType) (value: value != [ ]);
    in
    list // {
      description = "non-empty ${base.phrase [ "noun" ] list}";
      emptyValue = { };
      substSubModules = modules: nonEmptyListOf (elemType.substSubModules modules);
    };

  # --- sets

  # Later definitions win, name by name; nothing inside is looked at.
  attrs = mkOptionType {
    name = "attrs";
    description = "attribute set";
    check = isAttrs;
    merge = _loc: defs: foldl' (before: def: before // def.value) { } defs;
    emptyValue.value = { };
  };

  attrsOf = elemType: attrsWith { inherit elemType; };

  # Does not look at its values to know its names; so `mkIf false` does not take a name away, as it does in attrsOf.
  lazyAttrsOf = elemType: attrsWith { inherit elemType; lazy = true; };

  # attrsWith : { elemType, lazy ? false, placeholder ? "name" } -> type      The placeholder stands in manuals.
  attrsWith = { elemType, lazy ? false, placeholder ? "name" }:
    let
      rebuild = changes: attrsWith ({ inherit elemType lazy placeholder; } // changes);
      shared = around "attrsWith" elemType [ "<${placeholder}>" ] (elemType: rebuild { inherit elemType; });
    in
    mkOptionType ({
      name = if lazy then "lazyAttrsOf" else "attrsOf";
      description = (if lazy then "lazy attribute set of " else "attribute set of ") + inCompound elemType;
      descriptionClass = "composite";
      emptyValue.value = { };
    }
    // checkingMerge isAttrs ({ loc, defs }:
      let
        located = map (def: mapAttrs (_: value: { inherit (def) file; inherit value; }) def.value) defs;
        merged = zipAttrsWith (name: mergeDefinitions (loc ++ [ name ]) elemType) located;
        present = if lazy then merged else lib.attrsets.filterAttrs (_: isDefined) merged;
      in
      {
        headError = base.headError isAttrs defs;
        value = mapAttrs (_: valueOf) present;
        valueMeta.attrs = mapAttrs (_: metaOf) present;
      })
    // shared
    // {
      functor = shared.functor // {
        payload = { inherit elemType lazy placeholder; };
        type = attrsWith;
        binOp = left: right:
          let
            payload = shared.functor.binOp left right;
            agreed =
              if right.placeholder == "name" || left.placeholder == right.placeholder then left.placeholder
              else if left.placeholder == "name" then right.placeholder
              else null;
          in
          if payload == null || agreed == null || left.lazy != right.lazy then null
          else payload // { inherit (left) lazy; placeholder = agreed; };
      };
    });

  # A set of what elemType takes, or, as was once the custom, a list of it: the items are then named by their `name`,
  # or by another attribute in some options of NixOS.
  loaOf = elemType:
    let
      sets = attrsOf elemType;
      nameAttribute = loc:
        let
          path = concatMap (name: [ name ]) loc;
          last = lib.lists.last path;
          top = builtins.concatStringsSep "." (lib.lists.take 2 path);
        in
        if top == "environment.etc" then "target"
        else if top == "programs.ssh" && last == "knownHosts" then "hostNames"
        else if loc == [ "fileSystems" ] || top == "boot.specialFileSystems" || last == "bindMounts" then "mountPoint"
        else if top == "services.znapzend" && last == "zetup" then "dataset"
        else if top == "services.znapzend" && last == "destinations" then "label"
        else if top == "services.geoclue2" && last == "appConfig" then "desktopID"
        else "name";
      padded = list: lib.strings.fixedWidthNumber (builtins.stringLength (toString (length list)));
      asSet = loc: defs: n: def:
        let
          attribute = nameAttribute loc;
          unnamed = m: "unnamed-${padded defs n}.${padded def.value m}";
          nameOf = m: item:
            let
              own = item.${attribute} or (unnamed m);
            in
            if !(isList own) then own else if own == [ ] then unnamed m else head own;
        in
        if !(isList def.value) then def
        else lib.trivial.warn
          ("The option `${showOption loc}' is given a list in `${def.file}'. Give it a set instead, in which each item "
            + "stands under its `${attribute}'.")
          {
            inherit (def) file;
            value = listToAttrs (imap1 (m: item: { name = nameOf m item; value = item; }) def.value);
          };
    in
    mkOptionType ({
      name = "loaOf";
      description = "list or attribute set of ${inCompound elemType}";
      descriptionClass = "composite";
      check = value: isList value || isAttrs value;
      merge = loc: defs: sets.merge loc (imap1 (asSet loc defs) defs);
      emptyValue.value = { };
    } // around "loaOf" elemType [ "<name?>" ] loaOf);

  # --- lists of sets with one name each: sets whose order can be chosen

  attrListOf = elemType: attrListWith { inherit elemType; };

  # attrListWith : { elemType, asAttrs ? false, mergeAttrValues ? _: values: values } -> type
  # Takes sets, and lists of sets with one name each. Order (mkBefore …) is told around an item or its value; priority
  # (mkForce …) counts among the items of the same name.
  attrListWith = { elemType, asAttrs ? false, mergeAttrValues ? (_name: values: values) }@parameters:
    let
      usual = lib.modules.defaultOverridePriority;
      description = "attribute list of ${inCompound elemType}";

      # Takes order and priority off a value; the priority stays on, for the item's own merge.
      unwrap = value:
        let
          inner = unwrap value.content;
        in
        if base.isType "order" value then { order = value.priority; inherit (inner) priority value; }
        else if base.isType "override" value then {
          inherit (inner) order;
          inherit (value) priority;
          value = lib.modules.mkOverride value.priority inner.value;
        }
        else { inherit value; order = lib.modules.defaultOrderPriority; priority = usual; };

      itemsOf = loc: def:
        let
          entry = key: value: unwrap value // { inherit key; inherit (def) file; };
          refuse = given: reason: throw
            ("A definition for option `${showOption loc}' is not of type `${description}'. ${reason}."
              + showDefs [ { inherit (def) file; value = given; } ]);
          listed = given:
            let
              ordered = base.isType "order" given;
              item = if ordered then given.content else given;
              names = attrNames item;
              found = entry (head names) item.${head names};
            in
            if !(isAttrs item) then
              refuse given "Each list element must be an attribute set, but got ${typeOf item}"
            else if length names != 1 then
              refuse given
                "Each list element must be a single-key attribute set, but got ${toString (length names)} keys"
            else if ordered then found // { order = given.priority; }
            else found;
        in
        if isList def.value then map listed def.value
        else attrValues (mapAttrs entry def.value);
    in
    mkOptionType ({
      name = "attrListOf";
      inherit description;
      descriptionClass = "composite";
      emptyValue.value = if asAttrs then { } else [ ];
    }
    // around "attrListOf" elemType [ "*" ] (elemType: attrListWith (parameters // { inherit elemType; }))
    // {
      typeMerge = _: null;
    }
    // checkingMerge (value: isList value || isAttrs value) ({ loc, defs }:
      let
        items = concatMap (itemsOf loc) defs;
        best = mapAttrs (_: same: foldl' lib.trivial.min usual (map (item: item.priority) same))
          (builtins.groupBy (item: item.key) items);
        kept = sort (a: b: a.order < b.order) (filter (item: item.priority == best.${item.key}) items);
        merged = filter (item: isDefined item.merged) (map
          (item: item // {
            merged = mergeDefinitions (loc ++ [ item.key ]) elemType [ { inherit (item) file value; } ];
          })
          kept);
        result = map (item: { ${item.key} = valueOf item.merged; }) merged;
      in
      {
        headError = base.headError (value: isList value || isAttrs value) defs;
        value = if asAttrs then zipAttrsWith mergeAttrValues result else result;
        valueMeta = {
          attrList = map (item: metaOf item.merged) merged;
          attrListValue = result;
          definitions = lib.lists.zipListsWith
            (item: value: lib.modules.mkDefinition {
              inherit (item) file;
              value = lib.modules.mkOrder item.order value;
            })
            merged
            result;
        };
      }));

  # --- functions

  # Several functions become one, whose results are merged.
  functionTo = elemType:
    mkOptionType ({
      name = "functionTo";
      description = "function that evaluates to a(n) ${inCompound elemType}";
      descriptionClass = "composite";
      check = lib.trivial.isFunction;
      merge = loc: defs: {
        # An argument is optional if it is to all of them.
        __functionArgs = zipAttrsWith (_: all (optional: optional))
          (map (def: lib.trivial.functionArgs def.value) defs);
        __functor = _: argument:
          (mergeDefinitions (loc ++ [ "<function body>" ]) elemType
            (map (def: { inherit (def) file; value = def.value argument; }) defs)).mergedValue;
      };
    } // around "functionTo" elemType [ "<function body>" ] functionTo);
}
