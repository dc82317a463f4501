"""Order: `lessThan`, `sort`, and `genericClosure`, which tells elements apart by it.

Python's own sort would call a comparator from C, and one that recurses deeply would overflow the C stack; so the
general case is a merge sort of our own.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType

from pyoci.builtins.application import as_function
from pyoci.builtins.attrs import attribute
from pyoci.builtins.registry import BUILTINS, builtin
from pyoci.runtime.calls import call2
from pyoci.runtime.coercion import expect_bool, expect_function, expect_list, expect_set
from pyoci.runtime.compare import less_than
from pyoci.runtime.errors import EVALUATION_ERRORS, add_trace
from pyoci.runtime.printing import show
from pyoci.runtime.thunks import force_thunk
from pyoci.runtime.values import ContextString, Lazy, Value

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


_RUN: Final = 16
"""Runs of this length are sorted by insertion."""


@builtin("lessThan", "e1 e2")
def less_than_builtin(a: Value, b: Value) -> bool:
    """Whether `e1` comes before `e2`, as `<` has it."""
    return a < b if a.__class__ is int and b.__class__ is int else less_than(a, b)


@builtin("sort", "?comparator list")
def sort(comparator: Lazy, elements: Value) -> tuple[Lazy, ...]:
    """The list in order: `comparator a b` says whether a comes before b. Elements of which neither does stay as they
    were. An empty list needs no comparator."""
    if elements.__class__ is not tuple:
        expect_list(elements, "while evaluating the second argument passed to builtins.sort")
    if not elements:
        return ()
    if comparator.__class__ is list:
        comparator = force_thunk(comparator)
    if comparator.__class__ is not FunctionType:
        expect_function(comparator, "while evaluating the first argument passed to builtins.sort")
    items = [force_thunk(element) if element.__class__ is list else element for element in elements]
    if comparator is BUILTINS["lessThan"].curried:
        types = {item.__class__ for item in items}
        if types == {int} or (types <= {str, ContextString} and "".join(items).isascii()):
            return tuple(sorted(items))
        return tuple(_merge_sort(items, _less_than_in_sort))
    return tuple(_merge_sort(items, _ordering(comparator)))


Before = Callable[[Value, Value], bool]
"""Whether the first value is to stand before the second."""


def _less_than_in_sort(a: Value, b: Value) -> bool:
    try:
        return less_than(a, b)
    except EVALUATION_ERRORS as error:
        add_trace(error, "while evaluating the ordering function passed to builtins.sort")
        raise


def _ordering(comparator: Value) -> Before:
    """A Nix function of two arguments as a Python function that gives a bool."""
    where = "while evaluating the return value of the sorting function passed to builtins.sort"
    if comparator.__class__ is FunctionType and comparator.__code__.co_argcount == 2:

        def before(a: Value, b: Value) -> bool:
            answer = comparator(a, b)
            return answer if answer.__class__ is bool else expect_bool(answer, where)
    else:

        def before(a: Value, b: Value) -> bool:
            return expect_bool(call2(comparator, a, b), where)

    return before


def _merge_sort(items: list[Value], before: Before) -> list[Value]:
    """The items in order. Whatever `before` answers, this ends, with the same items."""
    runs = [_insertion_sort(items[start : start + _RUN], before) for start in range(0, len(items), _RUN)]
    while len(runs) > 1:
        merged = [_merge(runs[i], runs[i + 1], before) for i in range(0, len(runs) - 1, 2)]
        if len(runs) % 2:
            merged.append(runs[-1])
        runs = merged
    return runs[0]


def _insertion_sort(run: list[Value], before: Before) -> list[Value]:
    """Sort a short list in place."""
    for index in range(1, len(run)):
        item = run[index]
        while index and before(item, run[index - 1]):
            run[index] = run[index - 1]
            index -= 1
        run[index] = item
    return run


def _merge(left: list[Value], right: list[Value], before: Before) -> list[Value]:
    """Two runs as one; of equals, those of the left come first."""
    if not before(right[0], left[-1]):  # they are in order as they stand, as in a list that was sorted already
        return left + right
    merged: list[Value] = []
    i = j = 0
    while i < len(left) and j < len(right):
        if before(right[j], left[i]):
            merged.append(right[j])
            j += 1
        else:
            merged.append(left[i])
            i += 1
    merged += left[i:]
    merged += right[j:]
    return merged


@builtin("genericClosure", "attrset")
def generic_closure(attrs: Value) -> tuple[Lazy, ...]:
    """The elements of `startSet` and all that `operator` gives for one of them, then for those, and so on; of elements
    with equal `key`s the first only."""
    if attrs.__class__ is not dict:
        expect_set(attrs, "while evaluating the first argument passed to builtins.genericClosure")
    start = _forced(attribute(attrs, "startSet", "in the attrset passed as argument to builtins.genericClosure"))
    expect_list(start, "while evaluating the 'startSet' attribute passed as argument to builtins.genericClosure")
    if not start:
        return ()
    operator = _forced(attribute(attrs, "operator", "in the attrset passed as argument to builtins.genericClosure"))
    if operator.__class__ is not FunctionType:
        operator = as_function(
            operator, "while evaluating the 'operator' attribute passed as argument to builtins.genericClosure"
        )

    work: list[Lazy] = list(start)
    found: list[Value] = []
    known = _Keys()
    for element in work:  # which grows meanwhile
        element, key = _element_and_key(element)
        if known.add(key, element):
            found.append(element)
            work.extend(_successors(operator, element))
    return tuple(found)


def _element_and_key(element: Lazy) -> tuple[Value, Value]:
    """An element of a closure and its key, both forced."""
    try:
        value = _forced(element)
        if value.__class__ is not dict:
            expect_set(value)
        key = attribute(value, "key", "")
    except EVALUATION_ERRORS as error:
        add_trace(error, f"in genericClosure element {show(element)}")
        raise
    return value, _forced(key)


def _successors(operator: FunctionType, element: Value) -> list[Value]:
    """What the operator gives for an element; all of it forced."""
    try:
        elements = operator(element)
        expect_list(elements, "while evaluating the return value of the `operator` passed to builtins.genericClosure")
        return [force_thunk(each) if each.__class__ is list else each for each in elements]
    except EVALUATION_ERRORS as error:
        add_trace(error, f"while calling operator on genericClosure element {show(element)}")
        raise


class _Keys:
    """The keys that a closure has so far.

    As long as all are integers, or all strings, or all paths, Python's hashes find them; otherwise they are kept in
    order and compared by `<`, which is what decides whether keys can be compared at all."""

    def __init__(self) -> None:
        self.kind: type | None = None
        self.hashed: dict[Value, Value] = {}
        self.ordered: list[tuple[Value, Value]] | None = None

    def add(self, key: Value, element: Value) -> bool:
        """Note a key with its element; False where it is known already. Raises TypeMismatch for one that cannot be
        compared with those that are there."""
        if self.ordered is None:
            kind = str if key.__class__ is ContextString else key.__class__
            if self.kind is None and kind in (int, str, bytes):
                self.kind = kind
            if kind is self.kind:
                if key in self.hashed:
                    return False
                self.hashed[key] = element
                return True
            self.ordered = [(known, self.hashed[known]) for known in sorted(self.hashed)]
        return self._insert(self.ordered, key, element)

    @staticmethod
    def _insert(ordered: list[tuple[Value, Value]], key: Value, element: Value) -> bool:
        low, high = 0, len(ordered)
        while low < high:
            middle = (low + high) // 2
            other, other_element = ordered[middle]
            try:
                if less_than(key, other):
                    high = middle
                elif less_than(other, key):
                    low = middle + 1
                else:
                    return False
            except EVALUATION_ERRORS as error:
                add_trace(error, f"with element {show(other_element)}")
                add_trace(error, f"while comparing element {show(element)}")
                raise
        ordered.insert(low, (key, element))
        return True


def _forced(lazy: Lazy) -> Value:
    return force_thunk(lazy) if lazy.__class__ is list else lazy
