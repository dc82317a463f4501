"""Text to tree: lexer, parser, strings, static checks. Knows nothing of evaluation.

The one definition of the syntax is `grammar/nix.lark`; Lark computes the LALR table from it, and `parser` runs
that table over the tokens of `lexer`.
"""
