"""Tree to Python code.

A file of Nix becomes one Python module: a `main` function that gives the file's value, and beside it a function for
every thunk that the file can create. What the pieces are:

*Unit*    A function at the top of the generated module: `main`, or a thunk's body. A thunk is the list
          `[unit, captured…]`; the unit's first line takes the captured values out again.
*Section* What is generated together: `main` with the thunks that are small, or the body of a larger thunk, which is put
          off until it is needed.
*Frame*   A Python function being written: a unit, or a Nix function inside one. Nix functions are ordinary nested
          Python functions, Nix variables their locals and closure cells.
*Binding* What a Nix name means at one place: a Python variable, a constant, a builtin. Every binding has a Python name
          of its own in the module, so that no scope of Python ever hides another.
*Atom*    Text of an expression that is a name or a constant. Generated code is three-address code: each statement does
          one thing to atoms, in Nix's order of evaluation, so nothing ever needs to be hoisted, and the line of a
          statement is enough to find the Nix expression it came from (`Frame.emit` notes it).
*Fact*    That a binding's variable holds a value and no thunk, from here to the end of the branch. Forcing a variable
          rebinds it and notes the fact; later uses and captures profit.

`scope` resolves names, `frame` collects text, `values` writes expressions that are needed now, `delays` those that are
needed later, `tails` those that a function ends in; `groups`, `functions`, `operators` and `selection` have one
construct each. `generate` is the door; `loader` compiles, caches and runs; `positions` finds the way back from a
Python traceback to the Nix text.
"""
