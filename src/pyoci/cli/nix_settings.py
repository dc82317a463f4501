"""Nix's settings as options: `--max-call-depth 100`, `--option system x`, `--no-show-trace`, `--extra-nix-path p`.

Every setting of Nix is accepted, so that scripts that set them run; those that bear on evaluation have their effect.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


_SWITCHES: Final = frozenset(
    """
    abort-on-warn accept-flake-config allow-dirty allow-dirty-locks allow-import-from-derivation allow-new-privileges
    allow-symlinked-store allow-unsafe-native-code-during-evaluation always-allow-substitutes auto-allocate-uids
    auto-optimise-store builders-use-substitutes compress-build-log debugger-on-trace debugger-on-warn eval-cache
    fallback filter-syscalls fsync-metadata fsync-store-paths http2 ignore-try impersonate-linux-26 keep-build-log
    keep-derivations keep-env-derivations keep-failed keep-going keep-outputs
    nix-shell-always-looks-for-shell-nix nix-shell-shebang-arguments-relative-to-script preallocate-contents
    print-missing pure-eval require-drop-supplementary-groups require-sigs restrict-eval run-diff-hook sandbox
    sandbox-fallback show-trace substitute sync-before-registering trace-function-calls
    trace-import-from-derivation trace-verbose trust-tarballs-from-git-forges use-case-hack use-cgroups
    use-registries use-sqlite-wal use-xdg-base-directories warn-dirty warn-short-path-literals
    """.split()
)
"""Settings that are on or off: `--NAME`, `--no-NAME`."""

_VALUES: Final = frozenset(
    """
    access-tokens allowed-impure-host-deps allowed-uris allowed-users bash-prompt bash-prompt-prefix
    bash-prompt-suffix build-dir build-hook build-poll-interval build-users-group builders
    commit-lock-file-summary connect-timeout cores diff-hook download-attempts download-buffer-size download-speed
    eval-attrset-update-layer-rhs-threshold eval-profile-file eval-profiler eval-profiler-frequency eval-system
    experimental-features external-builders extra-platforms flake-registry gc-reserved-space hashed-mirrors
    http-connections id-count ignored-acls impure-env json-log-path lint-absolute-path-literals
    lint-short-path-literals lint-url-literals log-lines max-build-log-size max-call-depth max-free max-jobs
    max-silent-time max-substitution-jobs min-free min-free-check-interval nar-buffer-size
    narinfo-cache-meta-ttl narinfo-cache-negative-ttl narinfo-cache-positive-ttl netrc-file nix-path plugin-files
    post-build-hook pre-build-hook sandbox-build-dir sandbox-dev-shm-size sandbox-paths secret-key-files
    ssl-cert-file stalled-download-timeout start-id store substituters system system-features tarball-ttl timeout
    trusted-public-keys trusted-substituters trusted-users upgrade-nix-store-path-url user-agent-suffix
    warn-large-path-threshold
    """.split()
)
"""Settings with a value: `--NAME VALUE`, and `--extra-NAME VALUE` for those that are lists."""


def setting_of(flag: str) -> tuple[str, str | None] | None:
    """The setting that an option stands for, and its value; None for a value that is the next word.

    The result itself is None for an option that is no setting."""
    name = flag.removeprefix("--")
    if name == flag:
        return None
    if name in _SWITCHES:
        return name, "true"
    if name.removeprefix("no-") in _SWITCHES:
        return name.removeprefix("no-"), "false"
    if name.removeprefix("extra-") in _VALUES:
        return name, None
    return None


def is_setting(name: str) -> bool:
    """Whether Nix has a setting of that name."""
    return name in _SWITCHES or name.removeprefix("extra-") in _VALUES
