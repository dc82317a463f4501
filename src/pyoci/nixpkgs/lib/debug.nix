# Printing values while they are evaluated, and small tests. All `trace…` functions return a value and print one.
{ lib }:
let
  inherit (builtins) addErrorContext attrNames concatMap deepSeq elem isAttrs isList map mapAttrs substring trace;
  inherit (lib.trivial) id;

  showAll = lib.generators.toPretty { allowPrettyValues = true; };
  showAs = text: value: { __pretty = _: text; val = value; };

  # The value with what lies deeper than so many levels cut off.
  cut = depth: value:
    if isList value then
      if depth == 0 then showAs "[…]" value else map (cut (depth - 1)) value
    else if isAttrs value then
      if depth == 0 then showAs "{…}" value else mapAttrs (_: cut (depth - 1)) value
    else value;
in
rec {
  inherit (builtins) addErrorContext trace unsafeGetAttrPos;

  traceIf = condition: message: value: if condition then trace message value else value;

  # Val: the value that is returned is the one that is printed. Fn: what is printed is what the function makes of it.
  traceVal = value: trace value value;
  traceValFn = function: value: trace (function value) value;

  # Seq: the value is evaluated through and through. SeqN: and shown, so many levels deep.
  traceSeq = shown: trace (deepSeq shown shown);
  traceSeqN = depth: shown: trace (showAll (cut depth shown));
  traceValSeq = traceValSeqFn id;
  traceValSeqFn = function: value: traceValFn function (deepSeq value value);
  traceValSeqN = traceValSeqNFn id;
  traceValSeqNFn = function: depth: value: traceSeqN depth (function value) value;

  # traceFnSeqN : int -> string -> (a -> b) -> a -> b      Prints what a function got and gave.
  traceFnSeqN = depth: name: function: argument:
    let
      result = function argument;
    in
    traceSeqN (depth + 1) { fn = name; from = argument; to = result; } result;

  # runTests : { name = { expr, expected }; … } -> [{ name, expected, result }]
  # Those that failed. Names must start with `test`; with a list `tests`, only what it names is run.
  runTests = tests:
    let
      chosen = tests.tests or [ ];
      runs = name: if chosen == [ ] then substring 0 4 name == "test" else elem name chosen;
      outcome = name:
        let
          test = tests.${name};
        in
        if !(runs name) || test.expr == test.expected then [ ]
        else [ { inherit name; inherit (test) expected; result = test.expr; } ];
    in
    concatMap outcome (attrNames tests);

  # A test that every item of the list is true.
  testAllTrue = expr: { inherit expr; expected = map (_: true) expr; };

  # throwTestFailures : { failures, description ? "tests" } -> null      Throws if there are any.
  throwTestFailures = { failures, description ? "tests", ... }:
    let
      show = value: builtins.unsafeDiscardStringContext (showAll value);
      report = failure:
        "FAIL ${show failure.name}:\nExpected:\n${show failure.expected}\n\nResult:\n${show failure.result}\n";
      reports = builtins.foldl' (_: failure: trace (report failure) null) null failures;
      names = builtins.concatStringsSep "\n- " (map (failure: failure.name) failures);
    in
    if failures == [ ] then null
    else builtins.seq reports (throw
      ("${toString (builtins.length failures)} ${description} failed:\n- ${names}\n\n"
        + builtins.toJSON failures));
}
