# Functions about nothing in particular: plumbing for functions, truth values, numbers, files, warnings.
{ lib }:
let
  inherit (builtins) elemAt genList length substring toString;

  # The last two digits of the year and the month, as a number, of the oldest release still looked after.
  oldestSupportedRelease = 2511;

  abortOnWarning = builtins.elem (builtins.getEnv "NIX_ABORT_ON_WARN") [ "1" "true" "yes" ];
in
rec {
  inherit (builtins)
    add bitAnd bitOr bitXor ceil deepSeq div floor genericClosure isBool isFloat isInt lessThan mul pathExists readFile
    seq sub;

  # --- functions

  # id : a -> a
  id = value: value;

  # const : a -> b -> a
  const = value: _ignored: value;

  # flip : (a -> b -> c) -> b -> a -> c
  flip = function: second: first: function first second;

  # pipe : a -> [(a -> …)] -> b      Hands the value through the functions, from left to right.
  pipe = builtins.foldl' (value: function: function value);

  # Like builtins.isFunction, and true for a set that can be called (`__functor`) as well.
  isFunction = value: builtins.isFunction value || (value ? __functor && builtins.isFunction (value.__functor value));

  # functionArgs : (set -> a) -> { name = has-default; … }      Looks through `__functor` and `__functionArgs`.
  functionArgs = function:
    if !(function ? __functor) then builtins.functionArgs function
    else function.__functionArgs or (builtins.functionArgs (function.__functor function));

  # Gives a function another answer to `functionArgs`; the result is a set that can be called.
  setFunctionArgs = function: args: {
    __functor = _self: function;
    __functionArgs = args;
  };

  # mirrorFunctionArgs : f -> g -> g      A `g` that asks for the same arguments as `f`.
  mirrorFunctionArgs = model: function: setFunctionArgs function (functionArgs model);

  # A function stays; anything else becomes the function that always returns it.
  toFunction = value: if isFunction value then value else const value;

  # --- truth values, null, sets and lists as operators

  "or" = left: right: left || right;
  and = left: right: left && right;
  xor = left: right: left != right;
  boolToString = truth: if truth then "true" else "false";
  boolToYesNo = truth: if truth then "yes" else "no";
  concat = left: right: left ++ right;
  mergeAttrs = left: right: left // right;

  # defaultTo : a -> a-or-null -> a
  defaultTo = fallback: value: if value == null then fallback else value;

  # mapNullable : (a -> b) -> a-or-null -> b-or-null
  mapNullable = function: value: if value == null then null else function value;

  # --- numbers

  min = left: right: if left < right then left else right;
  max = left: right: if left > right then left else right;

  # The remainder takes the sign of the dividend, as in C.
  mod = dividend: divisor: dividend - builtins.div dividend divisor * divisor;

  bitNot = number: -1 - number;

  # compare : a -> a -> -1, 0 or 1
  compare = left: right: if left < right then -1 else if left > right then 1 else 0;

  # splitByAndCompare : (a -> bool) -> cmp -> cmp -> cmp
  # Values for which the predicate holds come first; within each half its own comparison decides.
  splitByAndCompare = predicate: compareYes: compareNo: left: right:
    let
      leftHolds = predicate left;
      rightHolds = predicate right;
    in
    if leftHolds && rightHolds then compareYes left right
    else if leftHolds then -1
    else if rightHolds then 1
    else compareNo left right;

  # toBaseDigits : int -> int -> [int]      The most significant digit first.
  toBaseDigits = base: number:
    let
      digits = rest:
        if rest < base then [ rest ]
        else digits (rest / base) ++ [ (mod rest base) ];
    in
    assert isInt base;
    assert isInt number;
    assert base >= 2;
    assert number >= 0;
    digits number;

  # toHexString : int -> string      Capital letters, no prefix.
  toHexString = number:
    builtins.concatStringsSep "" (map (digit: substring digit 1 "0123456789ABCDEF") (toBaseDigits 16 number));

  # fromHexString : string -> int      With or without a leading `0x`.
  fromHexString = text:
    let
      parts = builtins.match "(0x)?([0-9A-Fa-f]+)" text;
      digits = elemAt parts 1;
      worth = {
        "0" = 0; "1" = 1; "2" = 2; "3" = 3; "4" = 4; "5" = 5; "6" = 6; "7" = 7; "8" = 8; "9" = 9;
        a = 10; b = 11; c = 12; d = 13; e = 14; f = 15; A = 10; B = 11; C = 12; D = 13; E = 14; F = 15;
      };
    in
    if parts == null then abort "fromHexString: \"${text}\" is not a hexadecimal number."
    else
      builtins.foldl' (sum: place: sum * 16 + worth.${substring place 1 digits}) 0
        (genList id (builtins.stringLength digits));

  # --- the world outside

  # True inside a `nix-shell`.
  inNixShell = builtins.getEnv "IN_NIX_SHELL" != "";

  # True where builtins.currentSystem and the like are withheld.
  inPureEvalMode = !(builtins ? currentSystem);

  importJSON = path: builtins.fromJSON (readFile path);
  importTOML = path: builtins.fromTOML (readFile path);

  # --- releases

  release = "26.11";
  versionSuffix = "pre-git";
  version = release + versionSuffix;
  codeName = "Zokor";
  nixpkgsVersion = warn "lib.nixpkgsVersion is a deprecated alias of lib.version." version;

  inherit oldestSupportedRelease;
  oldestSupportedReleaseIsAtLeast = asked: asked <= oldestSupportedRelease;
  isInOldestRelease = oldestSupportedReleaseIsAtLeast;

  # There is no git checkout behind this library, so the default is always the answer.
  revisionWithDefault = default: default;

  # --- warnings and errors

  # warn : string -> a -> a      Prints the warning when the value is asked for; NIX_ABORT_ON_WARN makes it an error.
  warn = builtins.warn or (message: value:
    assert builtins.isString message;
    builtins.trace "evaluation warning: ${message}" (
      if abortOnWarning then abort "NIX_ABORT_ON_WARN is set, and a warning was given." else value
    ));

  warnIf = condition: message: if condition then warn message else id;
  warnIfNot = condition: message: if condition then id else warn message;
  throwIf = condition: message: if condition then throw message else id;
  throwIfNot = condition: message: if condition then id else throw message;

  info = message: builtins.trace "INFO: ${message}";

  # showWarnings : [string] -> a -> a      The first warning is printed first.
  showWarnings = warnings: value: lib.lists.foldr warn value warnings;

  # checkListOfEnum : string -> [a] -> [a] -> b -> b      Throws where the second list has what the first has not.
  checkListOfEnum = message: valid: given:
    let
      show = values: builtins.concatStringsSep ", " (map toString values);
      unexpected = lib.lists.subtractLists valid given;
    in
    throwIf (length unexpected > 0) "${message}: ${show unexpected} unexpected; valid ones: ${show valid}";
}
