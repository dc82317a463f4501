"""The text of `.drv` files.

    Derive([("out","/nix/store/…","","")],[("/nix/store/….drv",["out"])],["/nix/store/…"],"system","builder",
           ["argument"],[("NAME","value")])

without white space; in strings `"`, `\\`, newline, carriage return and tab are escaped, every other byte stands for
itself. Specification: Nix manual, "Derivation ATerm Format".

Writing: strings are put together with NUL for their quotes (a Nix string holds none), so that the whole text is
escaped by five `replace`s instead of five for every string. Reading: one regular expression says whether the text is
well formed, `findall` takes its parts out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyoci.patterns import pattern
from pyoci.runtime.errors import StoreError

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


_STRING: Final = rb'"(?>[^"\\]*(?:\\.[^"\\]*)*)"'
_CAPTURED_TEXT: Final = rb'"((?>[^"\\]*(?:\\.[^"\\]*)*))"'


def _list_of(item: bytes) -> bytes:
    return rb"\[((?:" + item + rb"(?:," + item + rb")*)?)\]"


_STRINGS: Final = rb"\[(?:" + _STRING + rb"(?:," + _STRING + rb")*)?\]"
_DERIVATION: Final = pattern(
    rb"(?s)Derive\("
    + rb",".join(
        (
            _list_of(rb"\(" + rb",".join([_STRING] * 4) + rb"\)"),
            _list_of(rb"\(" + _STRING + rb"," + _STRINGS + rb"\)"),
            _list_of(_STRING),
            _CAPTURED_TEXT,
            _CAPTURED_TEXT,
            _list_of(_STRING),
            _list_of(rb"\(" + _STRING + rb"," + _STRING + rb"\)"),
        )
    )
    + rb"\)"
)
_CAPTURED: Final = pattern(rb"(?s)" + _CAPTURED_TEXT)
_PAIR: Final = pattern(rb"(?s)\(" + _CAPTURED_TEXT + rb"," + _CAPTURED_TEXT + rb"\)")
_QUADRUPLE: Final = pattern(rb"(?s)\(" + rb",".join([_CAPTURED_TEXT] * 4) + rb"\)")
_INPUT: Final = pattern(rb"(?s)\(" + _CAPTURED_TEXT + rb",\[((?:" + _STRING + rb",?)*)\]\)")
_ESCAPE: Final = pattern(rb"(?s)\\(.)")
_UNESCAPED: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}

Parsed = tuple[
    dict[str, tuple[str, str, str]],
    dict[str, tuple[str, ...]],
    tuple[str, ...],
    str,
    str,
    tuple[str, ...],
    dict[str, str],
]
"""Outputs (name to path, hash algorithm, hash), input derivations (path to output names), input sources, system,
builder, arguments, environment."""


def parse(text: bytes) -> Parsed:
    """The parts of a `.drv` text.

    Raises StoreError where it is not one."""
    match = _DERIVATION.fullmatch(text)
    if match is None or b"\0" in text:
        raise StoreError(_why_not(text))
    outputs, inputs, sources, system, builder, arguments, environment = match.groups()
    return (
        {
            _unescape(name): (_unescape(path), _unescape(algorithm), _unescape(content))
            for name, path, algorithm, content in _QUADRUPLE.findall(outputs)
        },
        {_unescape(path): _strings(names) for path, names in _INPUT.findall(inputs)},
        _strings(sources),
        _unescape(system),
        _unescape(builder),
        _strings(arguments),
        {_unescape(name): _unescape(value) for name, value in _PAIR.findall(environment)},
    )


def _strings(raw: bytes) -> tuple[str, ...]:
    return tuple(map(_unescape, _CAPTURED.findall(raw)))


def _why_not(text: bytes) -> str:
    if text.startswith(b"DrvWithVersion("):
        return "derivations that depend on dynamic derivations are not supported"
    if not text.startswith(b"Derive("):
        return "expected string 'Derive('"
    return "not a well-formed derivation"


def _unescape(raw: bytes) -> str:
    if b"\\" in raw:
        raw = _ESCAPE.sub(lambda match: _UNESCAPED.get(match[1], match[1]), raw)
    return raw.decode("utf-8", "surrogateescape")


DynamicInputs = Mapping[str, "tuple[Iterable[str], DynamicInputs]"]
"""Name of an output that is itself a derivation, to the outputs that are used of that, and the same again of those."""


def render_body(builder: str, arguments: Iterable[str], environment: Mapping[str, str]) -> bytes:
    """The end of the text, from the builder on. The names of the environment must be in byte order."""
    text = "".join(
        (
            f"\0{builder}\0,[",
            ",".join([f"\0{argument}\0" for argument in arguments]),
            "],[",
            ",".join([f"(\0{name}\0,\0{value}\0)" for name, value in environment.items()]),
            "])",
        )
    )
    raw = text.encode("utf-8", "surrogateescape")
    if b"\\" in raw:
        raw = raw.replace(b"\\", b"\\\\")
    if b'"' in raw:
        raw = raw.replace(b'"', b'\\"')
    if b"\n" in raw:
        raw = raw.replace(b"\n", b"\\n")
    if b"\r" in raw:
        raw = raw.replace(b"\r", b"\\r")
    if b"\t" in raw:
        raw = raw.replace(b"\t", b"\\t")
    return raw.replace(b"\0", b'"')


def render(
    outputs: Mapping[str, tuple[str, str, str]],
    inputs: Mapping[str, Iterable[str]],
    sources: Iterable[str],
    system: str,
    body: bytes,
    dynamic: Mapping[str, DynamicInputs] | None = None,
) -> bytes:
    """The whole text. Outputs, inputs (by derivation path, or by hash in the texts that are only hashed), the outputs
    named in them and sources must be in byte order; C++ Nix does not escape any of these, nor the system. Of inputs
    that build derivations, `dynamic` has the outputs that are used of those."""
    head = "".join(
        (
            'DrvWithVersion("xp-dyn-drv",[' if dynamic else "Derive([",
            ",".join([f'("{name}","{path}","{algo}","{content}")' for name, (path, algo, content) in outputs.items()]),
            "],[",
            ",".join([f'("{path}",["{_quoted_list(names)}"])' for path, names in inputs.items()])
            if not dynamic
            else ",".join([f'("{path}",{_input(names, dynamic.get(path, {}))})' for path, names in inputs.items()]),
            "],[",
            ",".join([f'"{source}"' for source in sources]),
            f'],"{system}",',
        )
    )
    return head.encode("utf-8", "surrogateescape") + body


def _quoted_list(names: Iterable[str]) -> str:
    return '","'.join(names)


def _input(names: Iterable[str], dynamic: DynamicInputs) -> str:
    listed = ",".join([f'"{name}"' for name in sorted(names)])
    if not dynamic:
        return f"[{listed}]"
    deeper = [f'("{output}",{_input(*dynamic[output])})' for output in sorted(dynamic)]
    return f"([{listed}],[{','.join(deeper)}])"
