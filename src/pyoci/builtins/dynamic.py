"""Dynamic derivations: `outputOf`, the output of a derivation that another derivation builds."""

from __future__ import annotations

from pyoci.builtins.derivations import registry
from pyoci.builtins.registry import builtin
from pyoci.runtime.coercion import expect_plain_string, expect_string
from pyoci.runtime.errors import EvalError
from pyoci.runtime.thunks import force
from pyoci.runtime.values import Lazy, Value, context_of, make_string
from pyoci.store import paths


@builtin("outputOf", "derivation-reference ?output-name", feature="dynamic-derivations")
def output_of(reference: Value, output: Lazy) -> Value:
    """The output of a derivation: of a path of a `.drv` file, or of what is going to be one."""
    text = expect_string(reference, "while evaluating the first argument passed to builtins.outputOf")
    context = context_of(text)
    if len(context) != 1:
        raise EvalError(
            f"string '{text}' has {len(context)} entries in its context. It should only have exactly one entry"
        )
    (element,) = context
    if element[0] == "=":
        raise EvalError(
            f"string '{text}' has a context which refers to a complete source and binary closure. "
            "This is not supported at this time"
        )
    _check_text(str(text), element)
    name = expect_plain_string(force(output), "while evaluating the second argument passed to builtins.outputOf")
    wanted = f"!{name}!{element}"
    return make_string(_place(wanted), frozenset((wanted,)))


def _check_text(text: str, element: str) -> None:
    """Raises EvalError where a string is not the path that its context is about."""
    if element[0] != "!":
        if text != element:
            raise EvalError(f"path string '{text}' has context with the different path '{element}'")
        return
    output, _, derivation = element[1:].partition("!")
    if text != _place(element):
        raise EvalError(
            f"string '{text}' has context with the output '{output}' from derivation '{derivation}', but the string "
            f"is not the right placeholder for this derivation output. It should be '{_place(element)}'"
        )


def _place(element: str) -> str:
    """What stands for an output: its path, where that is known before anything is built, else a placeholder."""
    output, _, derivation = element[1:].partition("!")
    if derivation[0] == "!":
        return _placeholder(element)
    found = registry().derivation(derivation).outputs.get(output)
    if found is None:
        raise EvalError(f"derivation '{derivation}' does not have output '{output}'")
    return found.path or _placeholder(element)


def _placeholder(element: str) -> str:
    output, _, derivation = element[1:].partition("!")
    if derivation[0] == "!":
        return paths.computed_placeholder(_placeholder(derivation), output)
    return paths.downstream_placeholder(derivation, output)
