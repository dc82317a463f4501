"""How to evaluate."""

from __future__ import annotations

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any, Literal


class Settings:
    """Settings of an evaluator; see the attributes.

    A plain class: a dataclass would import more than a small evaluation runs."""

    search_path: list[tuple[str, str]]
    """`-I` and NIX_PATH as (prefix, path) pairs."""
    system: str = "x86_64-linux"
    """`builtins.currentSystem`."""
    pure: bool = False
    """Hide the clock, the environment, the system and the search path."""
    files: Literal["any", "pure", "restricted"] = "any"
    """Which files may be read: any; those that evaluation puts into the store (Nix's --pure-eval); those and what is on
    the search path (--restrict-eval)."""
    allowed_uris: tuple[str, ...] = ()
    """What URLs that may be fetched begin with, where files are restricted."""
    import_from_derivation: bool = True
    """Whether what derivations build may be read, where it is there."""
    abort_on_warn: bool = False
    """Whether `builtins.warn` is an error, to see what led to it."""
    store_dir: str = "/nix/store"
    """Where store paths are said to be."""
    store: Path | None = None
    """A folder that .drv files and sources are written to (as in nix-instantiate --store); None: nothing is written."""
    read_only: bool = False
    """Whether the folder of `store` is only read from."""
    nixpkgs: Path | None = None
    """A nixpkgs tree to take `pkgs` from; None: the embedded package set."""
    ocitools: Literal["pyoci", "nixpkgs"] | None = None
    """Whose ociTools `pkgs` has; None: ours on the embedded set, a tree's own on a tree."""
    embedded: bool = True
    """Whether `<nixpkgs>` is the embedded package set where the search path has none."""
    index: Path | None = None
    """An index of package facts in place of the embedded one."""
    experimental_features: frozenset[str] = frozenset({"nix-command", "flakes"})
    """Experimental features of Nix that are on."""
    cache: Path | None = None
    """Folder of the code cache; None: the user's."""
    use_cache: bool = True
    """Whether compiled code is kept on disk."""
    trace: Callable[[str], None] | None = None
    """Where `builtins.trace` writes to; None: standard error."""

    def __init__(self, **settings: Any) -> None:
        """Take settings by the names of the attributes; raises TypeError for any other name."""
        self.search_path = []
        for name, value in settings.items():
            if name not in Settings.__annotations__:
                raise TypeError(f"there is no setting '{name}'")
            setattr(self, name, value)

    def replaced(self, **settings: Any) -> Settings:
        """A copy with some settings changed."""
        return Settings(**{**vars(self), **settings})
