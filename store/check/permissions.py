"""Whether others than those who work on a workspace can use its files, and whether all of those can."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from ..folder import files_of
from ..persistence.files.open_folders import open_folder, said_open
from ..persistence.files.private_files import SHARED_FILE, shared_group
from .report import Problem

_WHERE = "workspace:1"


def check_permissions(folder: Path | None, key_file: Path | None) -> Iterator[Problem]:
    """A problem for each of these that others may use, or that the group of a shared workspace may not."""
    if folder is None:
        return
    group = shared_group(folder)
    strangers = 0o077 if group is None else 0o007
    for path in (folder, key_file):
        if path is not None and path.exists() and stat.S_IMODE(path.stat().st_mode) & strangers:
            whom = "its owner" if group is None else "the group that the workspace is shared with"
            yield Problem("permissions-open", _WHERE, f"{path} can be read by others than {whom}")
    if group is not None:
        yield from _closed(folder, key_file, group)
    if (open := open_folder(folder)) is not None:
        yield Problem("folder-open", _WHERE, said_open(open))


def _closed(folder: Path, key_file: Path | None, group: int) -> Iterator[Problem]:
    """What the members of the group need and can't use."""
    for path in files_of(folder):
        found = path.stat()
        if found.st_gid != group or stat.S_IMODE(found.st_mode) & SHARED_FILE != SHARED_FILE:
            yield Problem(
                "permissions-closed", _WHERE, f"{path} is closed to the group that the workspace is shared with"
            )
    if key_file is not None and key_file.parent != folder and key_file.exists():
        found = key_file.stat()
        if found.st_gid != group or not found.st_mode & stat.S_IRGRP:
            said = f"the key file {key_file} is closed to the group that the workspace is shared with"
            yield Problem("permissions-closed", _WHERE, said)
