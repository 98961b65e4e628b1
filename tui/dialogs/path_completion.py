"""Completing paths as a shell does: what a typed path may become, and how much of that is certain."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from ...store.confinement import is_open
from .file_inspection import is_folder, path_of

_LOOKED_THROUGH = 5000


class PathEntry(NamedTuple):
    """A file or a folder below the typed path's folder. ``text`` is the typed path with its name, folders with a slash;
    ``size`` is in bytes, ``changed`` UTC."""

    text: str
    name: str
    is_folder: bool
    size: int
    changed: datetime

    @property
    def path(self) -> Path:
        """The path that the text means."""
        return path_of(self.text)


def folder_text(text: str) -> str:
    """The folder's part of a typed path, with its slash; empty for the folder where paths begin."""
    return text[: text.rfind("/") + 1]


def entries_for(text: str) -> list[PathEntry]:
    """The files and folders whose paths begin with the typed text, folders first, then by name. Without hidden ones
    unless a name with a dot is begun, and without names with control characters. Empty if the folder can't be read."""
    before, begun = folder_text(text), text[text.rfind("/") + 1 :]
    folder = path_of(before or ".")
    if text.strip() == "~" or not is_open(folder):
        return []
    try:
        with os.scandir(folder) as found:
            entries = [
                entry
                for entry in islice(found, _LOOKED_THROUGH)
                if entry.name.startswith(begun)
                and (begun.startswith(".") or not entry.name.startswith("."))
                and entry.name.isprintable()
                and is_open(folder / entry.name)
            ]
    except OSError:
        return []
    return sorted(
        (_entry(before, entry) for entry in entries), key=lambda one: (not one.is_folder, one.name.lower(), one.name)
    )


def _entry(before: str, entry: os.DirEntry[str]) -> PathEntry:
    folder = is_folder(Path(entry.path))
    try:
        known = entry.stat()
        size, changed = known.st_size, datetime.fromtimestamp(known.st_mtime, UTC)
    except (OSError, ValueError, OverflowError):  # it went meanwhile, or its time is none
        size, changed = 0, datetime.fromtimestamp(0, UTC)
    return PathEntry(f"{before}{entry.name}{'/' if folder else ''}", entry.name, folder, size, changed)


def certain(texts: Sequence[str]) -> str:
    """The beginning that all have in common; empty for none."""
    first, last = min(texts, default=""), max(texts, default="")
    alike = (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return first[: next(alike, len(first))]


def complete_path(value: str) -> str | None:
    """The first path that starts with ``value``, folders with a slash; None without a match, or with nothing typed."""
    if not value.strip() or value.endswith("/"):
        return None
    texts = sorted(one.text for one in entries_for(value))
    return texts[0] if texts else None
