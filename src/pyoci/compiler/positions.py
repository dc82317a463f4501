"""The way back: from a Python traceback to places in Nix texts.

Generated code keeps no table of places. When an error is shown, the text of each module in the traceback is generated
again, which is deterministic, this time to look at the site that each line belongs to.
"""

from __future__ import annotations

import os
from types import CodeType, FrameType, TracebackType
from typing import Any, Final

from pyoci.compiler.generate import blobs, generate, write_section
from pyoci.compiler.loader import LoadedModule, Loader, internal_error, parse_source
from pyoci.compiler.module import Module, Site, Unit
from pyoci.compiler.names import section_around, section_of
from pyoci.runtime.errors import (
    ErrorReport,
    EvalError,
    MissingArgument,
    MissingAttribute,
    NixError,
    Position,
    StackOverflow,
    TraceFrame,
    UndefinedVariable,
)
from pyoci.runtime.generated import not_a_set
from pyoci.runtime.printing.literals import format_name
from pyoci.runtime.shapes import PLACE_BITS, SHAPE_CODES, file_number
from pyoci.runtime.suggestions import hint, suggestion
from pyoci.syntax.nodes import Interpolation, Lambda, Node
from pyoci.syntax.source import Source

_MAX_FRAMES: Final = 2000
"""Of a longer traceback only the two ends are looked at."""


class _Map:
    """A module generated again: what each line of its text belongs to."""

    def __init__(self, loaded: LoadedModule) -> None:
        self.source: Source = loaded.source()
        tree = parse_source(self.source, bindings=loaded.bindings)
        self._main: Module = generate(tree, self.source, loaded.global_names, file_number(loaded.file_name))
        self._sections: dict[str, Module] = {"": self._main}
        # Each blob is compiled on its own: its lines count from 1, and each of its functions knows its unit by name.
        self._lines: dict[str, dict[int, tuple[Node, str, tuple[str, ...]]]] = {}
        self._units: dict[str, Unit] = {}
        self._enter(self._main)

    def _enter(self, module: Module) -> None:
        self._units.update({unit.name: unit for unit in module.units if unit.lines})
        for blob in blobs(module):
            line, sites = 1, {}
            for unit in blob.units:
                sites.update({line + at: site for at, site in unit.sites.items()})
                self._lines[unit.name] = sites
                line += len(unit.lines)

    def _section(self, name: str) -> Module | None:
        """A section, generated now if it was put off; None where there is none with this name."""
        if name not in self._sections:
            around = self._section(section_around(name))
            if around is None or name not in self._main.deferred:
                return None
            self._sections[name] = write_section(self._main, name).module
            self._enter(self._sections[name])
        return self._sections[name]

    def site(self, code: CodeType, line: int) -> Site | None:
        """The site that a line of a function of the module belongs to."""
        unit = code.co_qualname.partition(".")[0]
        if self._section(section_of(unit)) is None:
            return None
        found = self._lines.get(unit, {}).get(line)
        return Site(*found) if found is not None else None

    def unit(self, name: str) -> Unit | None:
        """The unit with a name."""
        self._section(section_of(name))
        return self._units.get(name)

    def function(self, name: str) -> Node | None:
        """The Nix function that became the Python function with a name."""
        module = self._section(section_of(name))
        return module.functions.get(name) if module is not None else None

    def label(self, name: str) -> str:
        """What the user calls it; empty where nothing does."""
        module = self._section(section_of(name))
        return module.labels.get(name, "") if module is not None else ""


class Reporter:
    """Reads errors: makes NixErrors of the Python errors that generated code may fail with, and reports of both."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._maps: dict[str, _Map | None] = {}

    def translate(self, error: BaseException) -> NixError:
        """The error in Nix's terms. A KeyError or TypeError counts only if a line of generated code raised it that is
        known to fail like this; any other exception is a fault of ours and comes out as an internal error."""
        if isinstance(error, MissingArgument) and "{function}" in error.message:
            function = self._function_name(error.__traceback__)
            return self._replace(error, MissingArgument(error.message.replace("{function}", function), hint=error.hint))
        if isinstance(error, NixError):
            return error
        if isinstance(error, RecursionError):
            return self._replace(error, StackOverflow())
        if isinstance(error, KeyError | TypeError):
            translated = self._translate_site(error)
            if translated is not None:
                return self._replace(error, translated)
        if os.environ.get("PYOCI_DEBUG"):
            raise error
        return self._replace(error, internal_error(error))

    def report(self, error: NixError) -> ErrorReport:
        """The error with its places, from where it arose outwards."""
        frames: list[TraceFrame] = []
        if error.position is not None:
            frames.append(TraceFrame("", error.position))
        anchors: dict[int, TracebackType] = vars(error).get("anchors", {})
        noted: dict[int, list[TraceFrame]] = {}
        for index, (note, position) in enumerate(error.traces):
            anchor = anchors.get(index)
            notes = frames if anchor is None else noted.setdefault(id(anchor), [])
            notes.append(TraceFrame(note, position))
        innermost = error.position is None
        for step in reversed(_steps_and_notes(error.__traceback__, self._loader, noted)):
            if isinstance(step, list):
                frames.extend(step)
            else:
                frames.extend(self._describe(*step, innermost=innermost))
                innermost = False
        if frames and frames[0].note:
            place = next((one for one in frames if not one.note), None)
            if place is not None:
                frames.remove(place)
                frames.insert(0, place)
        return ErrorReport(error.message, error.hint, tuple(frames))

    # -- sites

    def _describe(self, frame: FrameType, line: int, *, innermost: bool) -> list[TraceFrame]:
        known = self._map_of(frame)
        if known is None:
            return []
        name = frame.f_code.co_name
        if frame.f_code in SHAPE_CODES:
            # A shared thunk body: what it was made for begins at a place that it captured.
            offset = frame.f_locals["place"] & (1 << PLACE_BITS) - 1
            span = offset, _end_of_word(known.source.text, offset)
            if innermost and "names" in frame.f_locals:
                span = _part_of_path(known.source.text, *span, frame.f_locals.get("name"))
            position = known.source.position(*span)
            return [TraceFrame("" if innermost else "from call site", position)]
        frames = []
        site = known.site(frame.f_code, line)
        if site is not None:
            node = _part_at_fault(site.node) if innermost else site.node
            position = known.source.position(node.start, node.end)
            frames.append(TraceFrame("" if innermost else "from call site", position))
        function = known.function(name)
        if function is not None:
            label = known.label(name)
            note = f"while calling '{label}'" if label else "while calling anonymous lambda"
            frames.append(TraceFrame(note, known.source.position(function.start, function.end)))
        elif (unit := known.unit(name)) is not None and unit.label:
            position = known.source.position(unit.node.start, unit.node.end)
            frames.append(TraceFrame(f"while evaluating the attribute '{format_name(unit.label)}'", position))
        return frames

    def _translate_site(self, error: KeyError | TypeError) -> NixError | None:
        steps = list(_steps(error.__traceback__))
        if not steps:
            return None
        frame, line = steps[-1]
        known = self._map_of(frame)
        if known is None:
            return None
        values = frame.f_locals
        if frame.f_code in SHAPE_CODES:
            return _failed_selection(error, values.get("subject"), str(values.get("name")))
        site = known.site(frame.f_code, line)
        if site is None or site.kind not in ("select", "with", "formal"):
            return None
        variable, name = site.detail
        subject = _evaluate_atom(variable, frame)
        if site.kind == "select":
            name = _evaluate_atom(name, frame)
            return _failed_selection(error, subject, name)
        if isinstance(error, TypeError):
            return not_a_set(subject)
        if site.kind == "with":
            return UndefinedVariable(name, hint=hint(name, subject))
        label = known.label(frame.f_code.co_name) or "anonymous lambda"
        return MissingArgument(
            f"function '{label}' called without required argument '{name}'", hint=hint(name, subject)
        )

    def _function_name(self, traceback: TracebackType | None) -> str:
        for frame, _ in reversed(list(_steps(traceback))):
            known = self._map_of(frame)
            if known is not None:
                return known.label(frame.f_code.co_name) or "anonymous lambda"
        return "anonymous lambda"

    def _map_of(self, frame: FrameType) -> _Map | None:
        """Of the module that a frame belongs to."""
        if frame.f_code not in SHAPE_CODES:
            return self._map(frame.f_code.co_filename)
        place = frame.f_locals.get("place")
        return self._map(self._loader.files.get(place >> PLACE_BITS, "")) if place is not None else None

    def _map(self, file_name: str) -> _Map | None:
        if file_name not in self._maps:
            loaded = self._loader.modules.get(file_name)
            try:
                self._maps[file_name] = _Map(loaded) if loaded is not None else None
            except (NixError, OSError):
                # The file was changed or removed since it was loaded: its errors go without places.
                self._maps[file_name] = None
        return self._maps[file_name]

    def parameter_name(self, code: Any, given: int) -> str | None:
        """The name of the argument of the Nix function with this code object, once it has been given some; None where
        it has none."""
        known = self._map(code.co_filename)
        function = _left_of(known, code, given) if known is not None else None
        return function.parameter if function is not None else None

    def label_of(self, code: Any) -> str:
        """What the Nix function with this code object is called, empty where it has no name."""
        known = self._map(code.co_filename)
        return known.label(code.co_name) if known is not None else ""

    def function_position(self, code: Any, given: int = 0) -> Position | None:
        """Where the Nix function with this code object is written; of one of several arguments, `x: y: body`, where
        the function is written that is left when it has been given some."""
        known = self._map(code.co_filename)
        function = _left_of(known, code, given) if known is not None else None
        return known.source.position(function.start, function.end) if known and function else None

    def formal_position(self, code: Any, name: str) -> Position | None:
        """Where a formal of the Nix function with this code object is written."""
        known = self._map(code.co_filename)
        if known is None:
            return None
        for formal in getattr(known.function(code.co_name), "formals", None) or ():
            if formal.name == name:
                return known.source.position(formal.start, formal.end)
        return None

    @staticmethod
    def _replace(error: BaseException, translated: NixError) -> NixError:
        translated.traces = getattr(error, "traces", [])
        vars(translated)["anchors"] = getattr(error, "anchors", {})
        translated.__cause__ = error
        return translated.with_traceback(error.__traceback__)


def _part_at_fault(node: Node) -> Node:
    """The part of a node that its own line of code fails for. Of a string with `${…}` that is the last one: those
    before it are coerced on lines of their own."""
    if isinstance(node, Interpolation):
        return next(part for part in reversed(node.parts) if isinstance(part, Node))
    return node


def _left_of(known: _Map, code: Any, given: int) -> Lambda | None:
    """The function that is left of one with several arguments when it has been given some."""
    function = known.function(code.co_name)
    for _ in range(given):
        function = function.body if isinstance(function, Lambda) else None
    return function if isinstance(function, Lambda) else None


def _failed_selection(error: KeyError | TypeError, subject: Any, name: str) -> NixError:
    if isinstance(error, KeyError):
        return MissingAttribute(f"attribute '{format_name(name)}' missing", hint=suggestion(name, subject))
    return not_a_set(subject) if subject.__class__ is not dict else EvalError(str(error))


def _evaluate_atom(text: str, frame: FrameType) -> Any:
    """The value of an atom of generated code in its frame: a variable or a constant."""
    known = {**frame.f_builtins, **frame.f_globals, **frame.f_locals}
    return known[text] if text in known else eval(text, {"__builtins__": {}})


def _end_of_word(text: str, offset: int) -> int:
    """Where the name or path that begins at an offset ends; an attribute path counts as one."""
    end = offset
    while end < len(text) and (text[end].isalnum() or text[end] in "_'-."):
        end += 1
    return max(end, offset + 1)


def _part_of_path(text: str, start: int, end: int, name: str | None) -> tuple[int, int]:
    """The part of an attribute path that is at fault: the attribute with a name, or the variable that it begins with.
    The whole path, where that is not written plainly."""
    variable, *names = text[start:end].split(".")
    if name is None:
        return start, start + len(variable)
    if name not in names:
        return start, end
    at = start + len(".".join([variable, *names[: names.index(name)]])) + 1
    return at, at + len(name)


def _steps(traceback: TracebackType | None) -> list[tuple[FrameType, int]]:
    steps = []
    while traceback is not None:
        steps.append((traceback.tb_frame, traceback.tb_lineno))
        traceback = traceback.tb_next
    return steps


def _steps_and_notes(
    traceback: TracebackType | None, loader: Loader, noted: dict[int, list[TraceFrame]]
) -> list[tuple[FrameType, int] | list[TraceFrame]]:
    """The steps through generated code, and what was noted on the way, from the outside in; of many, both ends."""
    found: list[tuple[FrameType, int] | list[TraceFrame]] = []
    while traceback is not None:
        notes = noted.pop(id(traceback), None)
        if notes is not None:
            found.append(notes)
        code = traceback.tb_frame.f_code
        if code.co_filename in loader.modules or code in SHAPE_CODES:
            found.append((traceback.tb_frame, traceback.tb_lineno))
        traceback = traceback.tb_next
    # What was noted by nothing in this traceback was noted inside of it.
    found += noted.values()
    if len(found) > _MAX_FRAMES:
        return found[: _MAX_FRAMES // 2] + found[-_MAX_FRAMES // 2 :]
    return found
