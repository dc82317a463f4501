"""Evaluated values to what a container runtime and systemd read: config.json, bundles, unit files.

Knows the OCI runtime specification and systemd, and no Nix syntax: it is handed values and derivations.
"""
