"""`python -m pyoci`."""

from pyoci.cli import program

program()
