"""Folders that others can write to: what is in them can be exchanged or taken away by them."""

from __future__ import annotations

import stat
from pathlib import Path

from ...errors import Refusal


def open_folder(path: Path) -> Path | None:
    """The folder itself, or the one nearest above it, in which everybody may exchange files; None if there is none. One
    with the sticky bit, such as /tmp, isn't: there everybody has their own."""
    resolved = path.resolve()
    for folder in (resolved, *resolved.parents):
        try:
            mode = folder.stat().st_mode
        except OSError:  # not there yet, or not ours to look at
            continue
        if stat.S_ISDIR(mode) and mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            return folder
    return None


def check_only_ours_write(file: Path) -> None:
    """Refuse with ``folder-open`` to write a secret into a folder that others can write to."""
    if (folder := open_folder(file.parent)) is not None:
        raise Refusal("folder-open", f"everybody can write to {folder}, so others could exchange {file}", CLOSE)


def said_open(folder: Path) -> str:
    """A sentence that says so."""
    return f"everybody can write to {folder}, and so exchange or remove what is in it"


CLOSE = "Close it (`chmod o-w`), or name a folder of your own."
