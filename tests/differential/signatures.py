"""What the builtins and operators take and give, in the notation of `kinds`.

Base kinds beyond Nix's own are strings and numbers with a use: `index` a small integer, `attr` an attribute name,
`regex`, `version`, `algorithm`, `json`, `toml`, … `text` is anything that interpolation takes, `more` anything that
toString takes, `data` anything without functions in it.
"""

from __future__ import annotations

from kinds import Function, Kind, parse_kind

_BUILTINS = """
abort: string -> a
add: int -> int -> int
add: float -> int -> float
addErrorContext: string -> a -> a
all: (a -> bool) -> [a] -> bool
any: (a -> bool) -> [a] -> bool
appendContext: string -> context -> string
attrNames: {a} -> [string]
attrValues: {a} -> [a]
baseNameOf: text -> string
bitAnd: int -> int -> int
bitOr: int -> int -> int
bitXor: int -> int -> int
catAttrs: attr -> [{a}] -> [a]
ceil: float -> int
compareVersions: version -> version -> int
concatLists: [[a]] -> [a]
concatMap: (a -> [b]) -> [a] -> [b]
concatStringsSep: string -> [text] -> string
deepSeq: any -> a -> a
derivation: derivation -> {string}
dirOf: string -> string
dirOf: path -> path
div: int -> int -> int
div: float -> float -> float
elem: a -> [a] -> bool
elemAt: [a] -> index -> a
filter: (a -> bool) -> [a] -> [a]
filterSource: (string -> string -> bool) -> path -> string
findFile: searchpath -> string -> path
floor: float -> int
foldl': (b -> a -> b) -> b -> [a] -> b
fromJSON: json -> any
fromTOML: toml -> any
functionArgs: (a -> b) -> {bool}
genList: (int -> a) -> index -> [a]
genericClosure: closure -> [any]
getAttr: attr -> {a} -> a
getContext: context-string -> any
groupBy: (a -> string) -> [a] -> {[a]}
hasAttr: attr -> {a} -> bool
hasContext: context-string -> bool
hashFile: algorithm -> path -> string
hashString: algorithm -> string -> string
head: [a] -> a
import: nixfile -> any
intersectAttrs: {b} -> {a} -> {a}
isAttrs: any -> bool
isBool: any -> bool
isFloat: any -> bool
isFunction: any -> bool
isInt: any -> bool
isList: any -> bool
isNull: any -> bool
isPath: any -> bool
isString: any -> bool
length: [a] -> int
lessThan: int -> int -> bool
lessThan: string -> string -> bool
lessThan: [int] -> [int] -> bool
listToAttrs: [{name: attr, value: a}] -> {a}
map: (a -> b) -> [a] -> [b]
mapAttrs: (string -> a -> b) -> {a} -> {b}
match: regex -> string -> any
mul: int -> int -> int
mul: float -> float -> float
parseDrvName: version -> {name: string, version: string}
parseFlakeRef: flakeref -> any
partition: (a -> bool) -> [a] -> {right: [a], wrong: [a]}
path: pathargs -> string
pathExists: path -> bool
placeholder: string -> string
readDir: path -> {string}
readFile: path -> string
readFileType: path -> string
removeAttrs: {a} -> [attr] -> any
replaceStrings: [shortstring] -> [string] -> string -> string
scopedImport: {int} -> nixfile -> any
seq: any -> a -> a
sort: (int -> int -> bool) -> [int] -> [int]
sort: comparator -> [a] -> [a]
split: regex -> string -> [any]
splitVersion: version -> [string]
storePath: string -> string
stringLength: text -> int
sub: int -> int -> int
sub: float -> int -> float
substring: index -> int -> text -> string
tail: [a] -> [a]
throw: string -> a
toFile: attr -> string -> string
toJSON: data -> string
toPath: string -> string
toString: more -> string
toXML: data -> string
trace: string -> a -> a
trace: any -> a -> a
traceVerbose: string -> a -> a
tryEval: a -> {success: bool, value: a}
typeOf: any -> string
unsafeDiscardStringContext: context-string -> string
unsafeDiscardOutputDependency: context-string -> context-string
addDrvOutputDependencies: context-string -> context-string
unsafeGetAttrPos: attr -> {a} -> any
warn: string -> a -> a
zipAttrsWith: (string -> [a] -> b) -> [{a}] -> {b}
convertHash: hashargs -> string
flakeRefToString: flakeset -> string
"""

# `break` is left out: without a debugger, Nix hands on its argument unevaluated, and in some places dies of that.

_OPERATORS = """
+: int -> int -> int
+: float -> int -> float
+: string -> string -> string
+: context-string -> context-string -> context-string
+: string -> path -> string
+: path -> string -> path
+: path -> path -> path
-: int -> int -> int
-: float -> float -> float
*: int -> int -> int
*: int -> float -> float
/: int -> int -> int
/: float -> int -> float
++: [a] -> [a] -> [a]
//: {a} -> {a} -> {a}
==: a -> a -> bool
!=: a -> a -> bool
==: any -> any -> bool
!=: any -> any -> bool
<: int -> int -> bool
<=: float -> int -> bool
>: string -> string -> bool
>=: path -> path -> bool
<: [int] -> [int] -> bool
<=: [a] -> [a] -> bool
>: a -> a -> bool
&&: bool -> bool -> bool
||: bool -> bool -> bool
->: bool -> bool -> bool
"""

GLOBAL_NAMES = frozenset(
    "abort baseNameOf derivation dirOf fromTOML import isNull map placeholder removeAttrs scopedImport throw toString".split()
)
"""Builtins that need no `builtins.` in front."""


def _read(table: str) -> list[tuple[str, list[Kind], Kind]]:
    rows = []
    for line in table.strip().splitlines():
        name, _, notation = line.partition(": ")
        kind = parse_kind(notation)
        arguments = []
        while isinstance(kind, Function):
            arguments.append(kind.argument)
            kind = kind.result
        rows.append((name, arguments, kind))
    return rows


BUILTINS = _read(_BUILTINS)
"""Name, kinds of the arguments, kind of the result; a name may stand here several times."""

OPERATORS = _read(_OPERATORS)
"""The same of the binary operators."""
