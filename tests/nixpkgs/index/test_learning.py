"""What is learnt from probes of a builder, and from the inputs of derivations."""

from __future__ import annotations

from typing import Any

import pytest

from pyoci.nixpkgs.index.closure import closure_with
from pyoci.nixpkgs.index.learn import template, with_inner_arguments, without_quotes


def probe(given: dict[str, Any], **attrs: Any) -> dict[str, Any]:
    """A probe and what it gave."""
    return {"given": given, "attrs": {"name": "0pyoci-name-0", "stdenv": "small", **attrs}}


def test_what_never_changes_is_constant() -> None:
    """And what the base says too is left out, but for the name."""
    told = template([probe({}, x="1", y=[])], {"stdenvNoCC": {"stdenv": "small", "y": [], "name": "0pyoci-name-0"}})
    assert told == {"base": "stdenvNoCC", "attrs": {"name": "0pyoci-name-0", "x": "1"}}


def test_what_follows_a_flag() -> None:
    """A flag that is handed on, one that decides, and one that decides nothing."""
    probes = [
        probe({"a": a, "b": b, "c": c}, handed=a, decided="yes" if b else "no", **({"there": 1} if a and b else {}))
        for a in (True, False)
        for b in (True, False)
        for c in (True, False)
    ]
    attrs = template(probes, {})["attrs"]
    assert attrs["handed"] == {"_": "flag", "name": "a"}
    assert attrs["decided"] == {"_": "cases", "by": ["b"], "cases": {"true": "yes", "false": "no"}}
    assert attrs["there"] == {"_": "cases", "by": ["a", "b"], "cases": {"true true": 1}}


def test_a_list_and_a_flag_are_not_mixed_up() -> None:
    """1 and True are not the same value."""
    attrs = template([probe({"a": True}, x=1), probe({"a": False}, x=True)], {})["attrs"]
    assert attrs["x"] == {"_": "cases", "by": ["a"], "cases": {"true": 1, "false": True}}


def test_settings_that_a_builder_refuses() -> None:
    """Where a probe failed, the template says which settings are left."""
    told = template([probe({"a": True}), {"given": {"a": False}, "attrs": None}], {})
    assert (told["flags"], told["settings"]) == (["a"], ["true"])
    with pytest.raises(ValueError, match="does not evaluate"):
        template([{"given": {}, "attrs": None}], {})


def test_text_for_each_entry() -> None:
    """Head, item, what parts items, and tail."""
    one, two = "('0pyoci-path1- 0')", "('0pyoci-path2- 0')"
    texts = ["begin end", f"begin {one} end", f"begin {one}; {two} end"]
    probes = [probe({"count": count}, text=text) for count, text in enumerate(texts)]
    repeat = template(probes, {})["attrs"]["text"]
    assert repeat["item"].replace(" ", "") == "(0pyoci-path-0)"
    assert repeat["head"] + repeat["tail"] == texts[0]
    with pytest.raises(ValueError, match="does not repeat"):
        template([probe({"count": count}, text=text) for count, text in enumerate(["a", "b", "c"])], {})


def test_inner_derivations_become_arguments() -> None:
    """What a builder makes of its arguments for itself is an argument again."""
    path = "/nix/store/" + "a" * 32 + "-config.json"
    context = [f"!out!{path}.drv", "!out!/nix/store/" + "b" * 32 + "-tar.drv"]
    told = {"base": "", "attrs": {"command": {"_": "string", "text": f"cp {path} $out", "context": context}}}
    command = with_inner_arguments("container", told)["attrs"]["command"]
    assert command == {"_": "string", "text": "cp 0pyoci-config-0 $out", "context": context[1:]}


def test_options_with_quoted_marks() -> None:
    """The mark stands for all options of its kind."""
    assert without_quotes({"x": ["filter -x '0pyoci-excludes- 0' in"]}) == {"x": ["filter 0pyoci-excludes-0 in"]}


def test_closure() -> None:
    """Marked derivations are found however deep they are, and not in themselves."""
    inputs = {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": [], "e": ["a"]}
    made_with, used = closure_with(["a", "e"], inputs.__getitem__, {"d", "a"})
    assert made_with == {
        "a": frozenset("d"),
        "b": frozenset("d"),
        "c": frozenset("d"),
        "d": frozenset(),
        "e": frozenset("ad"),
    }
    assert used == set("abcd")


def test_a_long_chain() -> None:
    """Depth costs no recursion."""
    made_with, _ = closure_with([0], lambda at: [at + 1] if at < 100_000 else [], {100_000})
    assert made_with[0] == frozenset([100_000])
