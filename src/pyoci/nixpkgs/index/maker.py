"""Making an index: walk a tree, keep what it tells.

The walk: names and kinds of the top level and of the nested sets asked for; everything about each derivation; values of
what is neither; the message of what throws; the derivations that those carry (`gcc.cc`); the templates of the
release's builders (see `learn`); then the hash modulo of every derivation that anything refers to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from pyoci.nixpkgs.index import learn
from pyoci.nixpkgs.index.builders import ask_builders
from pyoci.nixpkgs.index.closure import closure_with
from pyoci.nixpkgs.index.format import escape, write
from pyoci.nixpkgs.index.learn import Json
from pyoci.nixpkgs.index.records import Layout, compact, refusals
from pyoci.nixpkgs.index.tree import Tree, TreeError

NESTED: Final = tuple(
    """
    python3Packages python38Packages perlPackages perl530Packages
    nodePackages nodePackages_latest rubyPackages luaPackages lua52Packages lua53Packages luajitPackages ocamlPackages
    phpPackages php74Packages phpExtensions php74Extensions beamPackages coqPackages elmPackages rustPackages
    dotnetCorePackages dotnetPackages lispPackages llvmPackages llvmPackages_9 llvmPackages_10 llvmPackages_latest
    linuxPackages linuxPackages_5_4 linuxPackages_latest linuxPackages_hardened kbdKeymaps
    xorg xlibs gst_all_1 gnome2 gnome3 gnomeExtensions xfce xfce4-14 mate lxqt pantheon deepin cinnamon enlightenment
    kdeApplications kdeFrameworks plasma5 qt5 qt512 libsForQt5 libsForQt512
    vimPlugins vscode-extensions kakounePlugins sublime3Packages jetbrains
    tmuxPlugins rxvt-unicode-plugins passExtensions weechatScripts zncModules mopidyPackages mpvScripts gimpPlugins
    kodiPlugins xbmcPlugins vdrPlugins libretro steamPackages winePackages wineWowPackages
    apacheHttpdPackages postgresqlPackages postgresql11Packages varnishPackages roundcubePlugins zabbix sourcehut
    unixODBCDrivers terraform-providers skawarePackages xenPackages cudaPackages sconsPackages
    aspellDicts hunspellDicts dictdDBs fcitx-engines ibus-engines tex-gyre nixos-artwork
    gitAndTools unixtools gawkextlib
    """.split()
)
"""Sets whose members an index has too, unless asked otherwise."""

VARIANTS: Final = (
    ("glibcLocales", {"allLocales": True, "locales": ["all"]}),
    ("glibcLocales", {"allLocales": False, "locales": ["en_US.UTF-8/UTF-8"]}),
    ("glibcLocales", {"allLocales": False}),
)
"""Packages as configurations commonly override them."""

Progress = Callable[[str], None]


@dataclass(slots=True)
class Answers:
    """What a tree told: kinds, facts of derivations and values, by set and name."""

    kinds: dict[str, dict[str, str]] = field(default_factory=dict)
    packages: dict[str, dict[str, Json]] = field(default_factory=dict)
    values: dict[str, dict[str, Json]] = field(default_factory=dict)
    failures: dict[str, dict[str, str]] = field(default_factory=dict)
    """Messages of what throws or cannot be evaluated."""
    inner: list[Json] = field(default_factory=list)
    """Derivations that are no attribute of a set: parts of packages, inputs of builders."""
    variants: list[tuple[str, Json, Json]] = field(default_factory=list)
    """Path of a package's derivation, what it is overridden with, facts of the result."""
    templates: dict[str, Json] = field(default_factory=dict)
    platform: Json = None


def make_index(tree: Tree, system: str, nested: Iterable[str] = NESTED, progress: Progress = lambda _: None) -> bytes:
    """The index file of a tree. Raises TreeError where the tree itself does not evaluate."""
    return lay_out(ask(tree, nested, progress), tree, system, progress)


def ask(tree: Tree, nested: Iterable[str], progress: Progress) -> Answers:
    """Ask a tree for everything that an index holds, hashes apart."""
    answers = Answers()
    top_level = tree.call("names", {"path": []})
    for path in ("", *(path for path in nested if path.partition(".")[0] in top_level)):
        try:
            names = tree.call("names", {"path": _path(path)}) if path else top_level
        except TreeError as error:
            progress(f"no {path}: {error.message}")
            continue
        progress(f"{path or 'top level'}: {len(names)} names")
        _ask_set(tree, answers, path, names)
    _ask_parts(tree, answers)
    _ask_own_sets(tree, answers)
    for name, arguments in VARIANTS:
        package = answers.packages[""].get(name)
        if package is not None:
            try:
                facts = tree.call("variant", {"path": [name], "arguments": arguments})
                answers.variants.append((package["drv"], arguments, facts))
            except TreeError as error:
                progress(f"{name} cannot be overridden with {arguments}: {error.message}")
    _ask_builders(tree, answers, progress)
    return answers


def _path(path: str) -> list[str]:
    return path.split(".") if path else []


def _batched(
    tree: Tree, function: str, path: str, names: list[str], failures: dict[str, str], **arguments: Json
) -> dict[str, Json]:
    """Answers by name. A batch that fails is asked again in halves, until it is clear which names make it fail."""
    answers: dict[str, Json] = {}
    waiting = [names[start : start + tree.batch] for start in range(0, len(names), tree.batch)]
    while waiting:
        batch = waiting.pop()
        try:
            answers.update(tree.call(function, {"path": _path(path), "names": batch, **arguments}))
        except TreeError as error:
            if len(batch) == 1:
                failures[batch[0]] = error.message
            else:
                half = len(batch) // 2
                waiting += [batch[:half], batch[half:]]
    # An index does not depend on how a tree was asked.
    return {name: answers[name] for name in names if name in answers}


def _ask_set(tree: Tree, answers: Answers, path: str, names: list[str]) -> None:
    failures = answers.failures.setdefault(path, {})
    kinds = answers.kinds[path] = _batched(tree, "kinds", path, names, failures)
    derivations = [name for name, kind in kinds.items() if kind == "derivation"]
    refused: dict[str, str] = {}
    packages = _batched(tree, "packages", path, derivations, refused, extras=True)
    # What a package carries beside its build may be what fails.
    packages |= _batched(tree, "packages", path, list(refused), failures, extras=False)
    answers.packages[path] = {name: facts for name, facts in packages.items() if facts is not None}
    answers.values[path] = _batched(
        tree, "values", path, [name for name, kind in kinds.items() if kind == "value"], failures, depth=1
    )
    throwing = [name for name, kind in kinds.items() if kind == "throws"]
    throwing += [name for name, facts in packages.items() if facts is None]
    for name in throwing:
        if path and not tree.tells_errors:
            failures[name] = f"{name} cannot be evaluated in this release of nixpkgs"
            continue
        try:
            tree.call("force", {"path": _path(path), "name": name})
        except TreeError as error:
            failures[name] = error.message


_CARRIED_FOR_BUILDING: Final = frozenset(
    {"env", "confFiles", "basicEnv", "wrappedRuby", "go-modules", "cargoDeps", "updater", "desktopItem", "buildEnv"}
)
"""Derivations that packages carry for making themselves, and that nobody asks for."""

_PARTS: Final = frozenset({"cc", "bintools", "unwrapped"})
"""Inputs that one takes out of a package (`stdenv.cc.cc.lib`)."""


def _ask_parts(tree: Tree, answers: Answers) -> None:
    """Derivations that packages carry and that are no attribute themselves."""
    known = {facts["drv"] for packages in answers.packages.values() for facts in packages.values()}
    for path, packages in answers.packages.items():
        wanted: list[str] = []
        for name, facts in packages.items():
            inputs = {part: value for part, value in facts.get("inputs", {}).items() if part in _PARTS}
            for part, value in sorted({**inputs, **facts["carried"]}.items()):
                if part in _CARRIED_FOR_BUILDING or not isinstance(value, dict) or value.get("_") != "derivation":
                    continue
                if value["drv"] not in known:
                    known.add(value["drv"])
                    wanted.append(f"{name}\t{part}")
        # Parts that cannot be told are facts that the index does not know.
        parts = _batched(tree, "parts", path, wanted, {})
        answers.inner += [parts[part] for part in wanted if parts.get(part)]


def _ask_own_sets(tree: Tree, answers: Answers) -> None:
    """Packages that carry a set of the index as `pkgs` (an interpreter its libraries): the fact becomes that set."""
    names_of = {path: {*kinds, *answers.failures[path]} for path, kinds in answers.kinds.items() if path}
    for name, facts in answers.packages[""].items():
        value = facts["carried"].get("pkgs")
        if not isinstance(value, dict) or value.get("type") != "set":
            continue
        try:
            members = set(tree.call("names", {"path": [name, "pkgs"]}))
        except TreeError:
            continue
        for path in (path for path, names in names_of.items() if names == members):
            sample = sorted(answers.packages[path])[:: max(1, len(answers.packages[path]) // 10)]
            found = _batched(tree, "packages", f"{name}.pkgs", sample, {}, extras=False)
            if all(one and one["drv"] == answers.packages[path][member]["drv"] for member, one in found.items()):
                facts["carried"]["pkgs"] = {"_": "index set", "path": path}
                break


def _ask_builders(tree: Tree, answers: Answers, progress: Progress) -> None:
    answers.templates, inputs = ask_builders(tree, [*answers.kinds[""], *answers.failures[""]])
    answers.inner += inputs
    for name, template in answers.templates.items():
        if "fails" in template:
            progress(f"{name} of this release cannot be learnt: {template['fails']}")
    answers.platform = tree.call("platform", {})


def lay_out(answers: Answers, tree: Tree, system: str, progress: Progress) -> bytes:
    """The index file of a tree's answers; the hashes are asked for here."""
    layout = Layout(system, tree.folder)
    layout.known = {facts["drv"] for packages in answers.packages.values() for facts in packages.values()}
    layout.known |= {facts["drv"] for facts in answers.inner}
    layout.known |= {facts["drv"] for _, _, facts in answers.variants}
    everything = [facts for packages in answers.packages.values() for facts in packages.values()] + answers.inner
    marked = {facts["drv"] for facts in everything if refusals(facts, system)}
    layout.made_with, layout.used = closure_with(sorted(layout.known), tree.inputs, marked)
    _find_refusals(layout, answers, tree, system)
    for path, kinds in answers.kinds.items():
        layout.add_set(path, _members(layout, answers, path, kinds))
    for facts in answers.inner:
        layout.derivation(facts)
    variants = {(path, compact(arguments)): layout.derivation(facts) for path, arguments, facts in answers.variants}
    templates = {**answers.templates, "platform": learn.tidy_all(answers.platform)}
    layout.derivations.update(learn.references(list(templates.values())))
    progress(f"{len(layout.derivations)} derivations, {len(layout.records)} records")
    sources: dict[str, str] = {}
    for path in sorted(learn.sources(list(templates.values()))):
        text = tree.source(path)
        if text is not None:
            sources[path] = text
    facts = {
        "system": system,
        "release": str(answers.platform["release"]),
        "store": layout.store_dir,
        "shell-arguments": "quoted" if answers.platform["quotesAlways"] else "quoted where needed",
    }
    modulos = {path: tree.modulo(path) for path in sorted(layout.derivations)}
    return write(facts, layout.sections(modulos, templates, variants, sources))


_REASONS: Final = {"u": "unfree", "b": "broken", "i": "insecure", "p": "unsupported"}


def _find_refusals(layout: Layout, answers: Answers, tree: Tree, system: str) -> None:
    """Packages that are refused for something that they are made with, and that is no package of the index."""
    for path, packages in answers.packages.items():
        unmarked = [
            name
            for name, facts in packages.items()
            if not refusals(facts, system) and not layout.made_with[facts["drv"]]
        ]
        for name in _refused(tree, path, unmarked, ()):
            for flag, reason in _REASONS.items():
                others = [other for other in _REASONS.values() if other != reason]
                if _refused(tree, path, [name], others):
                    drv = packages[name]["drv"]
                    layout.refused_within[drv] = layout.refused_within.get(drv, "") + flag


def _refused(tree: Tree, path: str, names: list[str], allowing: Iterable[str]) -> list[str]:
    """Of some packages, those that are refused where only some reasons are allowed."""
    refused: list[str] = []
    waiting = [names[start : start + tree.batch] for start in range(0, len(names), tree.batch)]
    while waiting:
        batch = waiting.pop()
        try:
            refused += tree.call("refused", {"path": _path(path), "names": batch, "allowing": list(allowing)})
        except TreeError:
            if len(batch) == 1:
                refused += batch
            else:
                waiting += [batch[: len(batch) // 2], batch[len(batch) // 2 :]]
    return sorted(refused)


def _members(layout: Layout, answers: Answers, path: str, kinds: dict[str, str]) -> dict[str, int]:
    """The records of the members of a set."""
    members: dict[str, int] = {}
    failures = answers.failures[path]
    for name in sorted({*kinds, *failures}):
        inner = f"{path}.{name}" if path else name
        if name in answers.packages[path]:
            members[name] = layout.derivation(answers.packages[path][name])
        elif name in failures:
            members[name] = layout.record(f"T\t{escape(failures[name])}")
        elif name in answers.values[path] and not learn.has_unknown(answers.values[path][name]):
            members[name] = layout.record(f"V\t{compact(learn.tidy(answers.values[path][name]))}")
        elif inner in answers.kinds:
            members[name] = layout.record(f"S\t{inner}")
        else:
            members[name] = layout.record(f"U\t{kinds[name]}")
    return members
