"""The same texts given to a C++ Nix of 2.34 or later, whose `nix-instantiate` PYOCI_TEST_NIX names, and to us."""

from __future__ import annotations

import os
import random
import re
import subprocess
from pathlib import Path

import pytest

from pyoci.runtime.errors import ParseError
from pyoci.syntax.parser import parse
from pyoci.syntax.printing import print_tree
from pyoci.syntax.source import Source

NIX = os.environ.get("PYOCI_TEST_NIX", "")
NIXPKGS = os.environ.get("PYOCI_TEST_NIXPKGS", "")

OPERATORS = "== != < <= > >= && || -> // + - * / ++".split()
ATOMS = ["a", "1", "2.5", '"s"', "(a)", "[ ]", "{ }", "a.b", "a.b or c", "f x", "f x y", "<x>", "./p", "f or", '"${a}"']
PATHS = ["a", "a.b", '"x"', "${a}", 'a."b"', "or"]
FRAGMENTS = """
a b x.y . .. ... 1 12 1.5 .5 0. " "s" "${ } { ${ '' ''' ''${ ''$ ''\\n $ $$ \\ \\n ' / // ./ ./a ~/
~/a <a> < > <= = == ! != && || -> - + ++ * ? : ; , @ ( ) [ ] /*c*/ /* */ http://x a:b if then else
let in rec with inherit or assert { }: 9e9 a=1; inherit(a)b; {a,b}: {a}@b: x: 99999999999999999999 %
^ é a' a-b |> /a a/b a/${x} ./${x} }/b "a"=1; ${a}=1; 1e5 "$ $"
""".split()


def version() -> tuple[int, ...]:
    if not NIX:
        return ()
    shown = subprocess.run([NIX, "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(number) for number in re.findall(r"\d+", shown.split()[-1])[:2])


needs_nix = pytest.mark.skipif(
    version() < (2, 34), reason="skipped: PYOCI_TEST_NIX names no nix-instantiate of Nix 2.34 or later"
)


def by_nix(text: bytes, folder: Path) -> str:
    environment = os.environ | {"NIX_REMOTE": "dummy://"}
    done = subprocess.run(
        [NIX, "--parse", "-"], input=text, capture_output=True, cwd=folder, env=environment, check=False
    )
    if done.returncode == 0:
        return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")
    lines = done.stderr.decode("utf-8", "surrogateescape").splitlines()
    message = next(line for line in lines if line.startswith("error: "))
    place = next(line.strip() for line in lines if line.strip().startswith("at «stdin»"))
    return f"{message} {place}"


def by_us(text: bytes, folder: Path) -> str:
    source = Source(text.decode("utf-8", "surrogateescape"), "«stdin»", os.fsencode(folder))
    try:
        return print_tree(parse(source), source)
    except ParseError as error:
        place = error.position
        assert place is not None
        return f"error: {error.message} at {place.file}:{place.line}:{place.column}:"


def operation(rng: random.Random, size: int) -> str:
    if not size:
        return rng.choice(ATOMS)
    chance = rng.random()
    if chance < 0.2:
        return rng.choice(["!", "- "]) + operation(rng, size - 1)
    if chance < 0.3:
        return f"({operation(rng, size - 1)})"
    if chance < 0.4:
        return f"{operation(rng, size - 1)} ? {rng.choice(PATHS)}"
    left = rng.randrange(size)
    return f"{operation(rng, left)} {rng.choice(OPERATORS)} {operation(rng, size - 1 - left)}"


def glued(rng: random.Random) -> str:
    return "".join(rng.choice(FRAGMENTS) + rng.choice(["", "", " "]) for _ in range(rng.randint(1, 8)))


@needs_nix
@pytest.mark.parametrize("seed", range(60))
def test_operators(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    for _ in range(5):
        text = f"with {{ }}; {operation(rng, rng.randint(1, 7))}".encode()
        assert by_us(text, tmp_path) == by_nix(text, tmp_path), text


@needs_nix
@pytest.mark.parametrize("seed", range(60))
def test_glued_fragments(seed: int, tmp_path: Path) -> None:
    rng = random.Random(1000 + seed)
    for _ in range(5):
        text = f"with {{ }}; {glued(rng)}".encode()
        nix = by_nix(text, tmp_path)
        if "null bytes" not in nix and "undefined variable" not in nix:
            assert by_us(text, tmp_path) == nix, text


@needs_nix
@pytest.mark.slow
@pytest.mark.skipif(not NIXPKGS, reason="skipped: PYOCI_TEST_NIXPKGS names no nixpkgs tree")
def test_files_of_nixpkgs(tmp_path: Path) -> None:
    files = sorted(path for path in Path(NIXPKGS).rglob("*.nix") if path.is_file())
    for path in random.Random(1).sample(files, 300):
        text = path.read_bytes()
        assert by_us(text, tmp_path) == by_nix(text, tmp_path), path


@pytest.mark.slow
@pytest.mark.skipif(not NIXPKGS, reason="skipped: PYOCI_TEST_NIXPKGS names no nixpkgs tree")
def test_nixpkgs_is_accepted() -> None:
    refused = []
    for path in Path(NIXPKGS).rglob("*.nix"):
        if path.is_file():
            try:
                parse(Source(path.read_bytes().decode("utf-8", "surrogateescape"), str(path), b"/"))
            except ParseError as error:
                refused.append((path, error.message))
    # Two files of the tree of July 2020 are no Nix for C++ Nix either.
    assert len(refused) <= 2, refused
