"""Lists."""

from __future__ import annotations

from types import FunctionType

from pyoci.builtins.application import apply, as_function
from pyoci.builtins.registry import Check, builtin
from pyoci.runtime.calls import call2, delay_call
from pyoci.runtime.coercion import expect_bool, expect_function, expect_int, expect_list
from pyoci.runtime.compare import equal_elements
from pyoci.runtime.errors import EvalError
from pyoci.runtime.thunks import force_thunk
from pyoci.runtime.values import Lazy, Value

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


_MAX_LENGTH: Final = 2**28
"""A longer list would take tens of gigabytes: better an error at once than an hour later."""


_UNCHECKED: Final = Check("True", lambda _: None)


def _takes_function(name: str) -> Check:
    """The first argument is a function."""
    where = f"while evaluating the first argument passed to builtins.{name}"
    return Check("{0}.__class__ is X", lambda function, *_: expect_function(function, where))


@builtin("length", "e")
def length(elements: Value) -> int:
    """How many elements a list has."""
    if elements.__class__ is not tuple:
        expect_list(elements, "while evaluating the first argument passed to builtins.length")
    return len(elements)


@builtin("elemAt", "?xs n")
def elem_at(elements: Lazy, n: Value) -> Value:
    """Element n of a list, counted from 0. Raises EvalError where there is none."""
    if n.__class__ is not int:
        expect_int(n, "while evaluating the second argument passed to 'builtins.elemAt'")
    if elements.__class__ is list:
        elements = force_thunk(elements)
    if elements.__class__ is not tuple:
        expect_list(elements, "while evaluating the first argument passed to 'builtins.elemAt'")
    if not 0 <= n < len(elements):
        raise EvalError(f"'builtins.elemAt' called with index {n} on a list of size {len(elements)}")
    element = elements[n]
    return force_thunk(element) if element.__class__ is list else element


@builtin("head", "list")
def head(elements: Value) -> Value:
    """The first element of a list. Raises EvalError where it is empty."""
    if elements.__class__ is not tuple:
        expect_list(elements, "while evaluating the first argument passed to 'builtins.head'")
    if not elements:
        raise EvalError("'builtins.head' called on an empty list")
    element = elements[0]
    return force_thunk(element) if element.__class__ is list else element


@builtin("tail", "list")
def tail(elements: Value) -> tuple[Lazy, ...]:
    """A list without its first element. Raises EvalError where it is empty."""
    if elements.__class__ is not tuple:
        expect_list(elements, "while evaluating the first argument passed to 'builtins.tail'")
    if not elements:
        raise EvalError("'builtins.tail' called on an empty list")
    return elements[1:]  # type: ignore[no-any-return]


@builtin("map", "?f list", is_global=True)
def map_list(function: Lazy, elements: Value) -> tuple[Lazy, ...]:
    """The list with each element x replaced by `f x`, evaluated when it is needed. An empty list needs no function."""
    if elements.__class__ is not tuple:
        expect_list(elements, "while evaluating the second argument passed to builtins.map")
    if not elements:
        return ()
    if function.__class__ is list:
        function = force_thunk(function)
    if function.__class__ is FunctionType:
        return tuple([[apply, function, element] for element in elements])
    expect_function(function, "while evaluating the first argument passed to builtins.map")
    return tuple([delay_call(function, element) for element in elements])


@builtin("filter", "?f list")
def filter_list(predicate: Lazy, elements: Value) -> tuple[Lazy, ...]:
    """The elements of a list for which the predicate is true. An empty list needs no predicate."""
    if elements.__class__ is not tuple:
        expect_list(elements, "while evaluating the second argument passed to builtins.filter")
    if not elements:
        return ()
    if predicate.__class__ is list:
        predicate = force_thunk(predicate)
    if predicate.__class__ is not FunctionType:
        predicate = as_function(predicate, "while evaluating the first argument passed to builtins.filter")
    kept: list[Lazy] = []
    for element in elements:
        answer = predicate(element)
        if answer is True:
            kept.append(element)
        elif answer is not False:
            expect_bool(answer, "while evaluating the return value of the filtering function passed to builtins.filter")
    return tuple(kept)


@builtin("partition", "pred ?list")
def partition(predicate: Value, elements: Lazy) -> dict[str, Lazy]:
    """The elements for which the predicate is true, as `right`, and the others, as `wrong`."""
    if predicate.__class__ is not FunctionType:
        predicate = as_function(predicate, "while evaluating the first argument passed to builtins.partition")
    if elements.__class__ is list:
        elements = force_thunk(elements)
    if elements.__class__ is not tuple:
        expect_list(elements, "while evaluating the second argument passed to builtins.partition")
    right: list[Lazy] = []
    wrong: list[Lazy] = []
    for element in elements:
        if element.__class__ is list:
            element = force_thunk(element)
        answer = predicate(element)
        if answer is True:
            right.append(element)
        elif answer is False:
            wrong.append(element)
        else:
            expect_bool(
                answer, "while evaluating the return value of the partition function passed to builtins.partition"
            )
    return {"right": tuple(right), "wrong": tuple(wrong)}


@builtin("elem", "?x xs")
def elem(wanted: Lazy, elements: Value) -> bool:
    """Whether a list has an element that equals x. An empty list does not need x."""
    if elements.__class__ is not tuple:
        expect_list(elements, "while evaluating the second argument passed to builtins.elem")
    if not elements:
        return False
    if wanted.__class__ is list:
        wanted = force_thunk(wanted)
    if wanted.__class__ is str:
        # Python has the same notion of equal strings, and finds no string equal to anything else.
        for element in elements:  # noqa: SIM110 - a generator would nest on the C stack
            if (force_thunk(element) if element.__class__ is list else element) == wanted:
                return True
        return False
    if wanted.__class__ is int:
        for element in elements:
            if element.__class__ is list:
                element = force_thunk(element)
            if element.__class__ is int:
                if element == wanted:
                    return True
            elif element.__class__ is float and equal_elements(wanted, element):
                return True
        return False
    for element in elements:  # noqa: SIM110
        if equal_elements(wanted, element):
            return True
    return False


@builtin("any", "pred list", checks=(_takes_function("any"),))
def any_of(predicate: Value, elements: Value) -> bool:
    """Whether the predicate is true for at least one element; none after that is looked at."""
    if predicate.__class__ is not FunctionType:
        predicate = as_function(predicate, "while evaluating the first argument passed to builtins.any")
    if elements.__class__ is not tuple:
        expect_list(elements, "while evaluating the second argument passed to builtins.any")
    for element in elements:
        answer = predicate(element)
        if answer is True:
            return True
        if answer is not False:
            expect_bool(answer, "while evaluating the return value of the function passed to builtins.any")
    return False


@builtin("all", "pred list", checks=(_takes_function("all"),))
def all_of(predicate: Value, elements: Value) -> bool:
    """Whether the predicate is true for every element; none after the first for which it is false is looked at."""
    if predicate.__class__ is not FunctionType:
        predicate = as_function(predicate, "while evaluating the first argument passed to builtins.all")
    if elements.__class__ is not tuple:
        expect_list(elements, "while evaluating the second argument passed to builtins.all")
    for element in elements:
        answer = predicate(element)
        if answer is False:
            return False
        if answer is not True:
            expect_bool(answer, "while evaluating the return value of the function passed to builtins.all")
    return True


@builtin("concatLists", "lists")
def concat_lists(lists: Value) -> tuple[Lazy, ...]:
    """The elements of all lists in a list, one after the other."""
    if lists.__class__ is not tuple:
        expect_list(lists, "while evaluating the first argument passed to builtins.concatLists")
    result: list[Lazy] = []
    for elements in lists:
        if elements.__class__ is list:
            elements = force_thunk(elements)
        if elements.__class__ is not tuple:
            expect_list(elements, "while evaluating a value of the list passed to builtins.concatLists")
        result.extend(elements)
    return tuple(result)


@builtin("concatMap", "f list", checks=(_takes_function("concatMap"),))
def concat_map(function: Value, elements: Value) -> tuple[Lazy, ...]:
    """The elements of all lists that the function gives for the elements of a list, one after the other."""
    if function.__class__ is not FunctionType:
        function = as_function(function, "while evaluating the first argument passed to builtins.concatMap")
    if elements.__class__ is not tuple:
        expect_list(elements, "while evaluating the second argument passed to builtins.concatMap")
    result: list[Lazy] = []
    for element in elements:
        some = function(element)
        if some.__class__ is not tuple:
            expect_list(some, "while evaluating the return value of the function passed to builtins.concatMap")
        result.extend(some)
    return tuple(result)


@builtin("foldl'", "op ?nul list", checks=(_UNCHECKED, _takes_function("foldlStrict")))
def fold_left(function: Value, start: Lazy, elements: Value) -> Value:
    """`op (op (op nul x0) x1) …`, each step evaluated before the next; `nul` itself only if something needs it."""
    if function.__class__ is not FunctionType:
        expect_function(function, "while evaluating the first argument passed to builtins.foldlStrict")
    if elements.__class__ is not tuple:
        expect_list(elements, "while evaluating the third argument passed to builtins.foldlStrict")
    if not elements:
        return force_thunk(start) if start.__class__ is list else start
    result = start
    if function.__class__ is FunctionType and function.__code__.co_argcount == 2:
        for element in elements:
            result = function(result, element)
    else:
        for element in elements:
            result = call2(function, result, element)
    return result


@builtin("genList", "?generator length")
def gen_list(function: Lazy, count: Value) -> tuple[Lazy, ...]:
    """The list `[ (f 0) (f 1) … ]` of the given length, elements evaluated when they are needed."""
    if count.__class__ is not int:
        expect_int(count, "while evaluating the second argument passed to builtins.genList")
    if count < 0:
        raise EvalError(f"cannot create list of size {count}")
    if count > _MAX_LENGTH:
        raise EvalError("out of memory", hint=f"this asks for a list of {count} elements")
    if function.__class__ is list:
        function = force_thunk(function)
    if function.__class__ is FunctionType:
        return tuple([[apply, function, index] for index in range(count)])
    expect_function(function, "while evaluating the first argument passed to builtins.genList")
    return tuple([delay_call(function, index) for index in range(count)])
