"""What is kept on disk between runs, and what makes it safe to use.

folder      the user's cache folder: where it is, whether it can be trusted, its size
question    what a run is asked: command line, working directory, environment
stamps      files, by their stat
inputs      what a run has read, and whether it is still the same
answers     answers of earlier runs, by question

The cache of compiled code is the compiler's (`compiler.cache`); it keeps its files in the same folder.
"""
