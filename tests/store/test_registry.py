"""What an evaluation knows of the store."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyoci.runtime.errors import NixError
from pyoci.store.derivation import DEFERRED, Derivation, Output
from pyoci.store.local import LocalStore
from pyoci.store.registry import DerivationRegistry


def derivation(name: str, inputs: dict[str, tuple[str, ...]] | None = None, **environment: str) -> Derivation:
    return Derivation(name, {"out": Output()}, inputs or {}, (), "system", "builder", (), {"name": name, **environment})


def chain(registry: DerivationRegistry, length: int) -> list[str]:
    made: list[str] = []
    for number in range(length):
        made.append(registry.add_derivation(derivation(f"d{number}", dict.fromkeys(made[-1:], ("out",)))))
    return made


def test_the_same_derivation_twice() -> None:
    registry = DerivationRegistry()
    first = registry.add_derivation(derivation("a"))
    assert registry.add_derivation(derivation("a")) == first
    assert len(registry.derivations) == 1
    assert registry.output_path(first, "out").endswith("-a")
    with pytest.raises(NixError, match=f"derivation '{first}' does not have an output named 'dev'"):
        registry.output_path(first, "dev")


def test_derivations_on_disk_give_their_hashes(tmp_path: Path) -> None:
    writing = DerivationRegistry(target=LocalStore(tmp_path, writable=True))
    made = chain(writing, 1500)
    assert len(list((tmp_path / "nix/store").iterdir())) == 1500
    reading = DerivationRegistry(read_from=[LocalStore(tmp_path)])
    assert reading.modulo(made[-1]) == writing.modulo(made[-1])
    assert reading.closure(made[-1]) == set(made)
    user = derivation("user", {made[-1]: ("out",)})
    assert reading.add_derivation(user) == DerivationRegistry(read_from=[LocalStore(tmp_path)]).add_derivation(
        derivation("user", {made[-1]: ("out",)})
    )


def test_providers_stand_in_for_derivations() -> None:
    whole = DerivationRegistry()
    made = chain(whole, 3)
    known = {made[1]: whole.modulo(made[1])}
    partial = DerivationRegistry(providers=[known.get])
    assert partial.add_derivation(derivation("d2", {made[1]: ("out",)})) == made[2]
    with pytest.raises(NixError) as caught:
        partial.derivation(made[1])
    assert caught.value.message == f"derivation '{made[1]}' is known by its hash only"
    with pytest.raises(NixError, match=f"derivation '{made[0]}' is not valid"):
        partial.modulo(made[0])
    with pytest.raises(NixError, match="is not a valid derivation path"):
        partial.derivation("/nix/store/lfngsssysp6h1v4ccqg23c52s9sjl779-x")


def test_a_provider_may_say_deferred() -> None:
    registry = DerivationRegistry(providers=[{"/nix/store/x.drv": DEFERRED}.get])
    path = registry.add_derivation(derivation("a", {"/nix/store/x.drv": ("out",)}))
    assert registry.modulo(path) is DEFERRED


def test_closures_hold_texts_and_what_they_refer_to() -> None:
    registry = DerivationRegistry()
    first = registry.add_text("first", b"1")
    second = registry.add_text("second", first.encode(), [first])
    path = registry.add_derivation(Derivation("a", {"out": Output()}, {}, (second,), "s", "b"))
    assert registry.closure(path) == {path, first, second}


def test_realising(tmp_path: Path) -> None:
    store = LocalStore(tmp_path, writable=True)
    registry = DerivationRegistry(read_from=[store])
    path = registry.add_derivation(derivation("a"))
    output = registry.output_path(path, "out")
    text = registry.add_text("x", b"y")
    registry.realise([text, f"={path}"])
    with pytest.raises(NixError) as caught:
        registry.realise([f"!out!{path}"])
    assert caught.value.message == f"cannot build '{path}^out' during evaluation: '{output}' is not in the store"
    with pytest.raises(
        NixError, match=r"\^dev' during evaluation: derivation '.*' does not have an output named 'dev'"
    ):
        registry.realise([f"!dev!{path}"])
    with pytest.raises(NixError, match="path '/nix/store/none' is not valid"):
        registry.realise(["/nix/store/none"])
    store.add_text(output, b"built")
    registry.realise([f"!out!{path}"])
    assert registry.real_path(output.encode()) == bytes(store.physical(output))


def test_real_paths(tmp_path: Path) -> None:
    registry = DerivationRegistry()
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/f").write_text("x")
    tree = registry.copy_to_store(bytes(tmp_path / "tree"))
    assert registry.real_path(f"{tree}/f".encode()) == bytes(tmp_path / "tree/f")
    text = registry.add_text("x", b"y")
    assert Path(registry.real_path(text.encode()).decode()).read_bytes() == b"y"
    path = registry.add_derivation(derivation("a"))
    assert Path(registry.real_path(path.encode()).decode()).read_bytes() == registry.derivations[path].text()
    for unknown in (b"/etc", b"/nix/store", b"/nix/store/short", b"/nix/store/lfngsssysp6h1v4ccqg23c52s9sjl779-z/a"):
        assert registry.real_path(unknown) == unknown


def test_opening(tmp_path: Path) -> None:
    registry = DerivationRegistry.open(target=tmp_path / "t", cache=tmp_path / "c")
    assert [str(store.root) for store in registry.stores] == [str(tmp_path / "t"), str(tmp_path / "c"), "/"]
    assert [store.writable for store in registry.stores] == [True, True, False]
    assert DerivationRegistry.open("/else").store_dir == "/else"


def test_trees_that_are_made_now(tmp_path: Path) -> None:
    def fill(place: Path) -> Path:
        (place / "inner").mkdir(parents=True)
        (place / "inner/f").write_text("x")
        return place / "inner"

    registry = DerivationRegistry.open(cache=tmp_path)
    path = registry.add_tree("source", fill)
    assert (tmp_path / path[1:] / "f").read_text() == "x"
    assert [entry.name for entry in (tmp_path / "nix/store").iterdir()] == [path.rpartition("/")[2]]
    assert DerivationRegistry.open(cache=tmp_path).has(path)
    assert DerivationRegistry().add_tree("source", fill) == path
    assert registry.nar_hash(path) == DerivationRegistry.open(cache=tmp_path).nar_hash(path)

    def fail(place: Path) -> Path:
        place.mkdir()
        raise NixError("no")

    with pytest.raises(NixError, match="no"):
        registry.add_tree("source", fail)
    assert len(list((tmp_path / "nix/store").iterdir())) == 1
