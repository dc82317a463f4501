"""The store's formats: hashes, store paths, archives, derivations, and the folders that hold them.

This package knows no evaluator; what it imports of the rest of pyoci is the error classes.

    base32, hashes      bytes as Nix writes them
    paths               names of store paths and how they are computed
    nar                 archives of file trees
    aterm, derivation   `.drv` files: their text, their hashes, their outputs
    local               a folder with a store in it
    registry            what one evaluation has put into the store so far
"""
