"""Asking a tree for its builders: each one's probes, and the template that `learn` makes of them.

What fails costs only itself: of a builder some of whose probes cannot be evaluated, the others are learnt from; of one
that cannot be learnt at all, the reason is kept, for whoever calls it.
"""

from __future__ import annotations

from pyoci.nixpkgs.index import learn
from pyoci.nixpkgs.index.learn import Json
from pyoci.nixpkgs.index.tree import Tree, TreeError


def ask_builders(tree: Tree, top_level: list[str]) -> tuple[dict[str, Json], list[Json]]:
    """The templates of a release's builders by name, and facts about the derivations that these refer to.

    A builder that the release does not have is not among them; one that cannot be learnt has `{ "fails": reason }`."""
    templates: dict[str, Json] = {}
    inner: list[Json] = []
    bases: dict[str, dict[str, Json]] = {}
    builders: list[str] = tree.call("builders", {})
    for name in (*learn.BASES, *(name for name in builders if name not in learn.BASES)):
        if not _is_there(name, top_level):
            continue
        probes, inputs, failures = _ask_builder(tree, name)
        try:
            template = learn.template(probes, bases if name not in learn.BASES else {})
        except ValueError as error:
            templates[name] = {"fails": failures[0] if failures else str(error)}
            continue
        inner += [facts for facts in inputs if facts["name"] not in learn.MADE_BY_BUILDERS]
        if name in learn.BASES:
            bases[name] = template["attrs"]
        templates[name] = learn.without_quotes(learn.with_inner_arguments(name, template))
    return templates, inner


def _is_there(builder: str, top_level: list[str]) -> bool:
    """Whether the release has what a builder's probes call."""
    attribute = builder.partition(".")[0]
    return learn.CALLED.get(attribute, attribute) in top_level


def _ask_builder(tree: Tree, name: str) -> tuple[list[Json], list[Json], list[str]]:
    """A builder's probes, the derivations that these refer to, and messages of what failed."""
    try:
        return tree.call("template", {"name": name}), tree.call("inputs", {"name": name}), []
    except TreeError as error:
        failures = [error.message]
    try:
        givens = tree.call("givens", {"name": name})
    except TreeError:
        return [], [], failures
    probes: list[Json] = []
    inputs: list[Json] = []
    for at, given in enumerate(givens):
        try:
            probe = tree.call("probe", {"name": name, "at": at})
            inputs += tree.call("probeInputs", {"name": name, "at": at})
            probes.append(probe)
        except TreeError as error:
            failures.append(error.message)
            probes.append({"given": given, "attrs": None})
    return probes, inputs, failures
