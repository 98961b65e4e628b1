"""A key file outside the workspace's folder, which other workspaces may use too: it is never written over. A vault that
comes in from elsewhere is put under it."""

from __future__ import annotations

from pathlib import Path

from ..errors import Refusal
from ..folder import KEY_FILE, key_file_for
from ..persistence.database import Database
from .key_files import make_key_file, read_key_file
from .vault import Vault


def key_file_elsewhere(target: Path) -> Path | None:
    """The key file of the workspace ``target``, if it is outside its folder (``CERTFLEET_KEY_FILE``)."""
    named = key_file_for(target)
    return None if named.resolve() == (target / KEY_FILE).resolve() else named


def other_key_file(target: Path, vault: Vault) -> Path | None:
    """The key file elsewhere under which the vault has to be put before it can be ``target``'s: None if it is under
    that one already, or under a passphrase, or if no file is there yet. Refuses with ``key-file-unreadable``."""
    named = key_file_elsewhere(target)
    if named is None or vault.protection != "key file" or not named.exists():
        return None
    try:
        wrapping = read_key_file(named)
    except Refusal as refusal:
        raise Refusal(
            refusal.code,
            refusal.message,
            "It stays as it is. Name another place in CERTFLEET_KEY_FILE; no file has to be there.",
        ) from refusal
    return None if vault.is_under(wrapping) else named


def put_under(key_file: Path, database: Database, vault: Vault, key: bytes) -> None:
    """Make the key file if nobody has, with the wrapping key ``key``; put the vault under whatever is in it, unless it
    is under a passphrase. Refuses with ``key-file-unreadable`` and ``key-file-unwritable``."""
    if vault.protection != "key file":
        return
    wrapping = read_key_file(key_file) if key_file.exists() else make_key_file(key_file, key)
    if not vault.is_under(wrapping):
        with database.transaction():
            vault.rewrap(wrapping)
