"""A folder of PEM files that belong together, as certbot keeps them: certificate, chain and private key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ..errors import Refusal
from .files import read_input
from .limits import MAX_INPUT
from .text import shortened


def with_folders_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The paths; for a folder without PEM files the folders of such files in it, as in certbot's ``live``."""
    for path in paths:
        inside = sorted(_entries(path)) if is_folder(path) and not _pem_files(path) else []
        yield from [one for one in inside if one.is_dir() and _pem_files(one)] or [path]


def is_folder(path: Path) -> bool:
    """Whether it is a folder; whoever reads the file says why it can't be told."""
    try:
        return path.is_dir()
    except OSError:
        return False


def read_folder(path: Path) -> bytes:
    """Its PEM files one after the other: what is twice in them counts once.

    Refuses as ``read_input`` does, with ``not-a-file`` if there is none.
    """
    files = _pem_files(path)
    if not files:
        return read_input(path)
    data = b"\n".join(read_input(file) for file in files)
    if len(data) > MAX_INPUT:
        raise Refusal("file-too-large", f"the PEM files in {shortened(str(path), 200)} are too large together")
    return data


def holds_pem_files(path: Path) -> bool:
    """Whether it is a folder that ``read_folder`` takes as one file."""
    return bool(_pem_files(path))


def _pem_files(folder: Path) -> list[Path]:
    return sorted(file for file in _entries(folder) if file.suffix.lower() == ".pem" and not file.is_dir())


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # reading it says why
        return []
