"""Files and folders of a workspace, which nobody else may use: its owner's, or in a shared workspace its group's.

A workspace is shared if its folder has the setgid bit and its group may write there (mode 2770). Nothing else says so:
the mode can be read before the database, and no setting can differ from it.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import FileLock

SHARED_FOLDER, SHARED_FILE = 0o2770, 0o660
OWN_FOLDER, OWN_FILE = 0o700, 0o600


def shared_group(folder: Path) -> int | None:
    """The id of the group that a workspace's folder is shared with; None if it isn't shared, or can't be looked at."""
    try:
        found = folder.stat()
    except OSError:
        return None
    shared = stat.S_ISGID | stat.S_IRWXG
    return found.st_gid if stat.S_ISDIR(found.st_mode) and found.st_mode & shared == shared else None


def create_file(path: Path, *, flags: int = os.O_WRONLY | os.O_EXCL) -> int:
    """Create a file in a folder of a workspace and open it; returns the descriptor. Whatever the person's umask, its
    mode is 0600, or 0660 where the folder is shared. Raises ``OSError``."""
    shared = shared_group(path.parent) is not None
    descriptor = os.open(path, flags | os.O_CREAT, OWN_FILE)
    try:
        with contextlib.suppress(PermissionError):  # somebody else made it meanwhile, or the storage has no modes
            os.fchmod(descriptor, SHARED_FILE if shared else OWN_FILE)
            _give_to_owner(path.parent, descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def make_folder(path: Path, *, like: Path) -> None:
    """Make a folder, unless it is there, and those above it: for its owner alone, or for the group that the folder
    ``like`` is shared with. Raises ``OSError``."""
    if path.is_dir():
        return
    path.mkdir(mode=OWN_FOLDER, parents=True, exist_ok=True)
    group = shared_group(like)
    if group is not None:
        os.chown(path, -1, group)
        path.chmod(SHARED_FOLDER)
    with contextlib.suppress(OSError):
        if os.geteuid() == 0 and like.is_dir():
            os.chown(path, like.stat().st_uid, -1)


def lock_on(path: Path, *, timeout: float = -1) -> FileLock:
    """A lock that the system releases when its process ends, by a file that stays in a folder of a workspace."""
    from filelock import FileLock  # imported here, because most commands lock nothing

    with contextlib.suppress(OSError):  # there already, or acquiring it tells why it can't be
        os.close(create_file(path))
    return FileLock(path, mode=SHARED_FILE if shared_group(path.parent) is not None else OWN_FILE, timeout=timeout)


def set_modes(folder: Path, *, mode: int, group: int) -> list[Path]:
    """Give the files in a folder this mode and group. Returns those that this user may not change."""
    others = []
    for path in sorted(folder.iterdir()):
        with contextlib.suppress(FileNotFoundError):  # another process removed it meanwhile
            try:
                _set_mode(path, mode, group)
            except PermissionError:
                others.append(path)
    return others


def _set_mode(path: Path, mode: int, group: int) -> None:
    # Not by opening it: to close a file again takes away the locks that SQLite has on it in this process.
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode):
        return
    if found.st_gid != group:
        os.chown(path, -1, group, follow_symlinks=False)
    if stat.S_IMODE(found.st_mode) != mode:
        path.chmod(mode)


def _give_to_owner(folder: Path, descriptor: int) -> None:
    """What root makes in somebody's folder is theirs: they couldn't use it else."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
