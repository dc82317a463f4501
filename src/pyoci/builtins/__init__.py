"""Nix's builtins, one module a family. Each is declared once, with `registry.builtin`."""
