"""What generated code and builtins stand on: values, thunks, calls, operators, coercion, printing, errors.

Knows no syntax, no compiler, no file system: what it needs of the outside it asks of the host (`runtime.host`).
"""
