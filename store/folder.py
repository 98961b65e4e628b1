"""The folder of a workspace: its files, and whether a folder can be one."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from .errors import NO_ROOM, Refusal, no_room
from .persistence.damage import damaged
from .persistence.database_file import address_in, holds_workspace
from .persistence.files.backup_folder import backups_in, usual_folder
from .persistence.files.private_files import OWN_FOLDER, SHARED_FILE, make_folder, set_modes, shared_group

STORE_FILE = "store.db"
KEY_FILE = "vault.key"


def key_file_for(path: Path) -> Path:
    """The path of a workspace's key file: in its folder, or from ``CERTFLEET_KEY_FILE``."""
    elsewhere = os.environ.get("CERTFLEET_KEY_FILE")
    return Path(elsewhere) if elsewhere else path / KEY_FILE


def is_workspace(path: Path) -> bool:
    """Whether there is a workspace at ``path``, in whatever state."""
    return (path / STORE_FILE).exists() or holds_workspace(path)


def prepare_folder(path: Path, *, create: bool, asks: bool = True) -> None:
    """Make sure that ``path`` is a workspace's folder, or can become one with ``create``. Without ``asks`` the database
    that its file may name isn't asked: ``open_engine`` finds out.

    Refuses with ``workspace-missing``, ``workspace-not-a-folder``, ``not-a-workspace``, ``workspace-damaged`` or
    ``workspace-unwritable``.
    """
    store = path / STORE_FILE
    try:
        if path.exists() and not path.is_dir():
            raise Refusal("workspace-not-a-folder", f"{path} is a file; a workspace is a folder", "Name another path.")
        if address_in(path) is not None:
            if asks:
                _check_is_there(path, create=create)
            return
        if store.exists():
            _check_is_filled(path, store)
            _mend(path)
            return
        _check_is_not_lost(path, store)
        if not create and not (path.is_dir() and not any(path.iterdir())):
            raise Refusal(
                "workspace-missing",
                f"there is no workspace at {path}",
                "Check the path; the first import makes a workspace.",
            )
        make_folder(path, like=path)
        check_holds_nothing_else(path)
        if shared_group(path) is None:
            path.chmod(OWN_FOLDER)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise no_room(path) from error
        raise Refusal("workspace-unwritable", f"{path} can't be used: {error.strerror}") from error


def may_begin(path: Path, *, create: bool) -> bool:
    """Whether a new workspace may begin in the database that the folder's file names: not where one is lost."""
    return create and not (path / KEY_FILE).exists()


def lost_in_database(path: Path) -> Refusal:
    """A database has no workspace any more, whose key file is still there."""
    return Refusal(
        "workspace-damaged",
        f"no workspace is at {address_in(path)}, while its key file is in {path}",
        "Restore the schema from a backup of PostgreSQL's, or remove the folder if there is to be a new workspace.",
    )


def files_of(path: Path) -> list[Path]:
    """The files in a workspace's folder."""
    return sorted(file for file in path.iterdir() if file.is_file())


def check_holds_nothing_else(path: Path) -> None:
    """Refuse with ``not-a-workspace`` a folder that contains other things and no workspace."""
    others = path.is_dir() and any(not entry.name.startswith(STORE_FILE) for entry in path.iterdir())
    if others and address_in(path) is None and not (path / STORE_FILE).exists():
        raise Refusal(
            "not-a-workspace",
            f"{path} holds other things and no workspace",
            "Name a new or an empty folder with --workspace.",
        )


def _check_is_filled(path: Path, store: Path) -> None:
    """Refuse with ``workspace-damaged`` a store that was emptied. A new one is empty for a moment, before it has a key
    file."""
    if store.stat().st_size == 0 and ((path / KEY_FILE).exists() or backups_in(usual_folder(path))):
        raise damaged(store, "it is empty")


def _check_is_not_lost(path: Path, store: Path) -> None:
    """Refuse with ``workspace-damaged`` a workspace whose store is gone: it must not look like a new one."""
    if (path / KEY_FILE).exists():
        raise damaged(store, "it is gone, while its key file is there")


def _check_is_there(path: Path, *, create: bool) -> None:
    """Check that a workspace is in the schema of PostgreSQL, or may come there."""
    if may_begin(path, create=create) or holds_workspace(path):
        return
    if (path / KEY_FILE).exists():
        raise lost_in_database(path)
    raise Refusal(
        "workspace-missing",
        f"there is no workspace at {address_in(path)}",
        "Check the address; the first import makes a workspace.",
    )


def _mend(path: Path) -> None:
    """Keep the files of a shared workspace open to its group: one may have been copied into it."""
    if (group := shared_group(path)) is not None:
        with contextlib.suppress(OSError):  # a folder that may only be read
            set_modes(path, mode=SHARED_FILE, group=group)
