"""Values as text of other languages, and back: JSON, TOML, XML."""

from __future__ import annotations

from pyoci.builtins.registry import builtin
from pyoci.runtime.coercion import expect_plain_string
from pyoci.runtime.printing.json import to_json
from pyoci.runtime.values import Value, make_string


@builtin("toJSON", "e")
def to_json_builtin(value: Value) -> Value:
    """The JSON of a value, on one line, attributes in order. Paths are copied to the store."""
    return make_string(*to_json(value))


@builtin("toXML", "e")
def to_xml_builtin(value: Value) -> Value:
    """The XML of a value."""
    from pyoci.runtime.printing.xml import to_xml

    return make_string(*to_xml(value))


@builtin("fromJSON", "e")
def from_json(text: Value) -> Value:
    """The value that a JSON text stands for."""
    from pyoci.builtins.json_text import parse_json

    return parse_json(expect_plain_string(text, "while evaluating the first argument passed to builtins.fromJSON"))


@builtin("fromTOML", "e", is_global=True)
def from_toml(text: Value) -> Value:
    """The value that a TOML document stands for; dates and times have none."""
    from pyoci.builtins.toml_text import parse_toml

    return parse_toml(expect_plain_string(text, "while evaluating the argument passed to builtins.fromTOML"))
