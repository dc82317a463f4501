"""Tuples with named fields, where start-up time counts.

`typing.NamedTuple` makes each of its classes by compiling Python text, and brings `typing` along: together as long as
everything else that starting pyoci takes. Type checkers see a `NamedTuple`; `Record` behaves like one as far as pyoci
uses it: fields by name, defaults, keywords, `_make`, `_replace`.
"""

from __future__ import annotations

from operator import itemgetter

__all__ = ["Record"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as Record
else:

    class Record(tuple):
        """The base class of a tuple whose fields are the annotations in the class's body."""

        __slots__ = ()

        def __init_subclass__(cls):
            cls._fields = tuple(cls.__annotations__)
            cls._defaults = {name: cls.__dict__[name] for name in cls._fields if name in cls.__dict__}
            for at, name in enumerate(cls._fields):
                setattr(cls, name, property(itemgetter(at)))

        def __new__(cls, *values, **named):
            fields = cls._fields
            if named or len(values) != len(fields):
                given = {**cls._defaults, **dict(zip(fields, values, strict=False)), **named}
                if len(values) > len(fields) or given.keys() != set(fields):
                    raise TypeError(f"{cls.__name__} has the fields {', '.join(fields)}")
                values = map(given.__getitem__, fields)
            return tuple.__new__(cls, values)

        @classmethod
        def _make(cls, values):
            return cls(*values)

        def __getnewargs__(self):
            return tuple(self)

        def __repr__(self):
            fields = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({fields})"

        def _replace(self, **changed):
            return type(self)(**{**dict(zip(self._fields, self, strict=True)), **changed})
