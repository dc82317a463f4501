"""Our lib against nixpkgs' own: the same expressions, the same values, the same kind of error.

A case is an expression on `lib`, in cases/*.nix. Its outcome is `{"value": …}`, `{"error": "throws"}` where tryEval can
catch the error, or `{"error": "aborts"}`. cases/*.json hold what nixpkgs' lib made of the cases; they are outputs for
our own expressions, and nothing of nixpkgs. `python test_lib_cases.py NIX LIB [cases/NAME.nix …]` writes them anew,
with a nix-instantiate and the folder `lib` of a nixpkgs tree.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from pyoci.evaluator import Evaluator
from pyoci.runtime.thunks import force
from pyoci.settings import Settings

HERE = Path(__file__).parent
CASE_FILES = sorted((HERE / "cases").glob("*.nix"))
LIBRARY = Path(__file__).parents[3] / "src" / "pyoci" / "nixpkgs" / "lib"

# The functions that modules use, most used first; types are counted apart.
MOST_USED = """
mkOption mkIf optionalString mkEnableOption concatStringsSep mkDefault optional literalExpression mkPackageOption
mapAttrsToList optionalAttrs literalExample mkMerge escapeShellArg nameValuePair getExe mkRenamedOptionModule mapAttrs'
mkRemovedOptionModule filterAttrs optionals concatMapStringsSep concatMapStrings filter mapAttrs attrValues flip
singleton escapeShellArgs attrNames boolToString concatStrings versionAtLeast listToAttrs length any isString elem
mkForce concatMap mkOverride flatten isAttrs isList hasPrefix mkOrder recursiveUpdate isPath head isBool all concatLists
makeBinPath toList splitString mkOptionDefault versionOlder getBin getExe' escape hasAttr mkAfter replaceStrings
removePrefix generators.toINI attrByPath unique mkBefore getVersion forEach generators.toKeyValue isStorePath
pathIsDirectory elemAt getLib mkChangedOptionModule getAttrFromPath isInt stringLength substring const getAttr
stringToCharacters removeSuffix mkOptionType genAttrs catAttrs pipe toLower toUpper isDerivation mkVMOverride
replaceChars showOption concatLines imap1 range hasSuffix sort generators.mkKeyValueDefault warn fold last foldl'
literalMD collect remove getName concatMapAttrs stringAfter isFunction hasInfix fileContents imap0 mergeOneOption id
tail subtractLists showFiles filterAttrsRecursive mergeAttrsList lowerChars assertMsg readFile findFirst genList
generators.toGitINI lessThan mkAliasOptionModule upperChars match generators.mkValueStringDefault map
sanitizeDerivationName escapeXML reverseList count mapNullable hasAttrByPath mergeAttrs setAttrByPath
cli.toCommandLineShellGNU cli.toCommandLineGNU attrsToList generators.toLua escapeURL escapeNixString getAttrs
warnIfNot isFloat cleanSource findSingle mapAttrsFlatten makeSearchPathOutput generators.toJSON intersectLists isOption
zipAttrs foldr generators.toPlist removeAttrs showAttrPath generators.toPretty foldAttrs lowPrio makeSearchPath
zipAttrsWith foldl pathExists stringAsChars licenses mkMergedOptionModule zipListsWith mapAttrsRecursive imap toposort
evalModules traceSeqN zipLists warnIf cli.toCommandLineShell generators.toYAML
""".split()
MOST_USED_TYPES = """
str bool nullOr listOf path int attrsOf lines submodule package enum either oneOf attrs ints.u16 port float addCheck
coercedTo strMatching
""".split()


Evaluate = Callable[[str], Any]
"""From a Nix expression to a Python object; raises an exception on errors."""
Outcome = dict[str, Any]


def recorded(cases: Path) -> dict[str, Any]:
    """`release`, that of the library, and `outcomes` by the name of the case."""
    record: dict[str, Any] = json.loads(cases.with_suffix(".json").read_text())
    return record


def case_names(evaluate: Evaluate, library: Path, cases: Path) -> list[str]:
    names: list[str] = evaluate(f"builtins.attrNames (import {cases} {{ lib = import {library}; }})")
    return names


def outcomes(evaluate: Evaluate, library: Path, cases: Path, names: Iterable[str]) -> dict[str, Outcome]:
    """What the library makes of the named cases, in as few evaluations as uncatchable errors allow."""
    chosen = list(names)
    if not chosen:
        return {}
    listed = " ".join(json.dumps(name).replace("${", "\\${") for name in chosen)
    try:
        found = evaluate(
            f"import {HERE}/run-cases.nix {{ library = {library}; file = {cases}; names = [ {listed} ]; }}"
        )
    except Exception:
        if len(chosen) == 1:
            return {chosen[0]: {"error": "aborts"}}
        half = len(chosen) // 2
        return outcomes(evaluate, library, cases, chosen[:half]) | outcomes(evaluate, library, cases, chosen[half:])
    return {
        name: {"error": "throws"} if "throws" in outcome else {"value": json.loads(outcome["value"])}
        for name, outcome in found.items()
    }


def reference(nix: str) -> Evaluate:
    """Evaluation by a nix-instantiate."""

    def evaluate(text: str) -> Any:
        command = [nix, "--eval", "--strict", "--json", "-E", text]
        environment = {**os.environ, "NIX_REMOTE": "dummy://"}
        return json.loads(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)

    return evaluate


def by_file(cases: Path) -> str:
    return cases.stem


@pytest.mark.parametrize("cases", CASE_FILES, ids=by_file)
def test_outcomes_are_those_of_nixpkgs(cases: Path) -> None:
    evaluator = Evaluator(Settings(trace=lambda message: None))

    def evaluate(text: str) -> Any:
        return json.loads(evaluator.run(lambda: str(force(evaluator.eval_text(f"builtins.toJSON ({text})")))))

    expected = recorded(cases)["outcomes"]
    assert set(case_names(evaluate, LIBRARY, cases)) == expected.keys(), "run this file"
    # Those that abort one by one: an evaluation ends with the first of them.
    aborting = [name for name, outcome in expected.items() if outcome == {"error": "aborts"}]
    found = outcomes(evaluate, LIBRARY, cases, expected.keys() - set(aborting))
    for name in aborting:
        found |= outcomes(evaluate, LIBRARY, cases, [name])
    assert found == expected


@pytest.mark.slow
@pytest.mark.parametrize("variable", ["PYOCI_TEST_NIXPKGS", "PYOCI_TEST_NIXPKGS_LATEST"])
@pytest.mark.parametrize("cases", CASE_FILES, ids=by_file)
def test_outcomes_are_recorded_rightly(cases: Path, variable: str) -> None:
    nix, tree = os.environ.get("PYOCI_TEST_NIX"), os.environ.get(variable)
    if not nix or not tree:
        pytest.skip(f"skipped: PYOCI_TEST_NIX and {variable} name no nix-instantiate and no nixpkgs tree")

    evaluate = reference(nix)
    library = Path(tree).resolve() / "lib"
    record = recorded(cases)
    release = evaluate(f"(import {library}).trivial.release")
    if record["release"] != release:
        pytest.skip(f"skipped: recorded for release {record['release']}, and the tree is {release}")
    if variable == "PYOCI_TEST_NIXPKGS_LATEST" and not evaluate("builtins ? readFileType"):
        pytest.skip("skipped: this nixpkgs needs a newer Nix")
    found = outcomes(evaluate, library, cases, record["outcomes"])
    different = {name for name, outcome in found.items() if outcome != record["outcomes"][name]}
    # Newer versions of Nix let tryEval catch what older ones do not.
    assert not {name for name in different if "value" in found[name] or "value" in record["outcomes"][name]}


def test_functions_that_people_use_have_cases() -> None:
    covered = Counter(name.partition(":")[0] for cases in CASE_FILES for name in recorded(cases)["outcomes"])
    often, seldom = MOST_USED[:100] + [f"types.{name}" for name in MOST_USED_TYPES], MOST_USED[100:]
    assert [name for name in often if covered[name] < 3 - name.startswith("types.")] == []
    assert [name for name in seldom if covered[name] < 1] == []


def test_every_name_leads_somewhere() -> None:
    evaluator = Evaluator(Settings(trace=lambda message: None))
    text = f"""
        let lib = import {LIBRARY};
        in builtins.toJSON (builtins.filter (name: !(builtins.tryEval lib.${{name}}).success) (builtins.attrNames lib))
    """
    # inPureEvalMode and the like are values; a name without a definition would not evaluate at all.
    assert json.loads(evaluator.run(lambda: str(force(evaluator.eval_text(text))))) == []


def record(nix: str, library: Path, files: list[Path]) -> None:
    """Write the outcomes beside the cases."""
    evaluate = reference(nix)
    release = evaluate(f"(import {library}).trivial.release")
    for cases in files:
        found = outcomes(evaluate, library, cases, case_names(evaluate, library, cases))
        text = json.dumps({"release": release, "outcomes": found}, indent=1, ensure_ascii=False, sort_keys=True)
        cases.with_suffix(".json").write_text(text + "\n")
        print(f"{cases.name}: {len(found)} cases, {sum('error' in outcome for outcome in found.values())} errors")


if __name__ == "__main__":
    record(sys.argv[1], Path(sys.argv[2]).resolve(), [Path(name).resolve() for name in sys.argv[3:]] or CASE_FILES)
