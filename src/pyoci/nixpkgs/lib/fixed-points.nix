# Sets that are defined in terms of themselves, and extensions (`final: prev: changes`) to them.
{ lib, ... }:
rec {
  # fix : (a -> a) -> a
  fix = function:
    let
      result = function result;
    in
    result;

  # fix of a set, which also tells the function.
  fix' = function: fix (self: function self // { __unfix__ = function; });

  # converge : (a -> a) -> a -> a      Again and again until nothing changes.
  converge = function: value:
    let
      next = function value;
    in
    if next == value then value else converge function next;

  # extends : extension -> (self -> set) -> (self -> set)
  extends = extension: contents: final:
    let
      previous = contents final;
    in
    previous // extension final previous;

  # composeExtensions : extension -> extension -> extension      The second one sees what the first one did.
  composeExtensions = first: second: final: previous:
    let
      changes = first final previous;
    in
    changes // second final (previous // changes);

  composeManyExtensions = lib.lists.foldr composeExtensions (_final: _previous: { });

  # toExtension : set, `prev: set` or extension -> extension
  toExtension = value:
    if !(lib.trivial.isFunction value) then _final: _previous: value
    else final: previous:
      let
        # Of a function of one argument, that argument is what was there before.
        changes = value previous;
      in
      if lib.trivial.isFunction changes then value final previous else changes;

  makeExtensible = makeExtensibleWithCustomName "extend";

  # makeExtensibleWithCustomName : string -> (self -> set) -> set      The name is that of the function that extends.
  makeExtensibleWithCustomName = name: contents:
    fix' (self: contents self // {
      ${name} = extension: makeExtensibleWithCustomName name (extends extension contents);
    });
}
