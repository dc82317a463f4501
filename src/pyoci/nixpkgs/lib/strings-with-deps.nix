# Pieces of text that must come after other pieces, such as the parts of an activation script.
{ lib }:
let
  inherit (builtins) isAttrs map;
in
rec {
  # An entry is { text, deps }, where deps are names of entries.
  noDepEntry = text: { inherit text; deps = [ ]; };
  fullDepEntry = text: deps: { inherit text deps; };
  stringAfter = deps: text: { inherit text deps; };
  packEntry = deps: { inherit deps; text = ""; };

  # textClosureList : { name = entry; … } -> [name or entry] -> [text]      Each name once, after what it depends on.
  textClosureList = entries: wanted:
    let
      # `state` is { done, texts }: the names that have had their turn, and the texts so far.
      visitAll = builtins.foldl' visit;
      visit = state: item:
        if isAttrs item then
          let
            after = visitAll state item.deps;
          in
          after // { texts = after.texts ++ [ item.text ]; }
        else if state.done ? ${item} then state
        else visit (state // { done = state.done // { ${item} = true; }; }) entries.${item};
    in
    (visitAll { done = { }; texts = [ ]; } wanted).texts;

  textClosureMap = function: entries: wanted:
    builtins.concatStringsSep "\n" (map function (textClosureList entries wanted));
}
