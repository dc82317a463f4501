"""Getting store paths onto disk: from a local store, from binary caches, from the host, and from memory.

    closure        what is found: objects of the store, and what they refer to
    realiser       asks the sources in order and puts a closure together
    trivial        files and scripts whose builders only write what their derivation holds
    local          a store on this machine; references found by scanning
    references     store hashes in file contents
    scanning       many paths, by another process
    narinfo        what a binary cache says of a path, and its signatures
    caches         binary caches: looking up, choosing, trusting
    transport      bytes over HTTP or from files: retries, resumption, time-outs
    compression    the formats that archives come in
    fetching       an archive, verified and unpacked on its way
    downloads      many archives at once into the shared store
    helpers        other processes that take a share of scanning and downloading
    shared         the store of downloaded paths that bundles share
    host, elf      programs of this machine in place of packages, with the libraries that they load
    copying        a closure into a root file system

This package knows no evaluator and no terminal: progress is told to an object that the caller passes.
"""
