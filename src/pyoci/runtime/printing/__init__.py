"""Values as text: in error messages and traces (`show`), as Nix (`print_value`), JSON and XML.

functions   what functions are called in text, and values' types in messages
literals    strings, names and numbers as Nix writes them
messages    `show`: short, bounded, nothing is forced
answers     `print_value`: what `nix-instantiate --eval` prints
json, xml   `builtins.toJSON`, `builtins.toXML` and the options --json, --xml; xml is imported where it is used
"""

from pyoci.runtime.printing.answers import print_value
from pyoci.runtime.printing.functions import describe_type, primop_name
from pyoci.runtime.printing.json import to_json
from pyoci.runtime.printing.messages import show

__all__ = ["describe_type", "primop_name", "print_value", "show", "to_json"]
