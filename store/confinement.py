"""Confined: people's files are read and written in one folder only, and no other program is run.

An administrator confines those who come by SSH (docs/ssh.md), with ``certfleet --confined DIR`` or by
``CERTFLEET_CONFINED``, which child processes inherit. Every path that a person names goes through this module.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from .errors import Refusal

VARIABLE = "CERTFLEET_CONFINED"

_own: set[Path] = set()

_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | os.O_NOFOLLOW


def confined_to() -> Path | None:
    """The folder that people are confined to; None if they aren't."""
    folder = os.environ.get(VARIABLE)
    return Path(folder) if folder else None


def working_folder() -> Path:
    """Where the paths of people begin."""
    return confined_to() or Path.cwd()


def refuse_confined(what: str) -> None:
    """Refuse with ``confined`` something that reaches beyond the folder, or runs another program: ``what`` it is."""
    if confined_to() is not None:
        raise Refusal(
            "confined", f"{what} can't be done here: your files are in one folder, and nothing else is open to you"
        )


def check_confinement(folder: Path) -> Path:
    """The absolute path of a folder to confine people to. Refuses with ``confined-folder-unusable``."""
    try:
        found = folder.resolve(strict=True)
        if found.is_dir():
            return found
        said = "it is no folder"
    except OSError as error:
        said = (error.strerror or "it can't be read").lower()
    hint = "Make the folder, and let the person write to it."
    raise Refusal("confined-folder-unusable", f"nobody can be confined to {folder}: {said}", hint)


@contextmanager
def own_folder(folder: Path) -> Iterator[None]:
    """Inside, a temporary folder that the program itself made is as open as without confinement."""
    _own.add(folder)
    try:
        yield
    finally:
        _own.discard(folder)


def _confining(path: Path) -> Path | None:
    """The folder that this path must be in; None if anywhere will do."""
    return None if any(path.is_relative_to(folder) for folder in _own) else confined_to()


def person_path(path: Path) -> Path:
    """The place that a person means by a path: where they are confined, in their folder.

    There it refuses with ``path-outside`` a path that leads out, a name with a dot before it, and links of either kind.
    """
    folder = _confining(path)
    if folder is None:
        return path
    parts = _parts(folder, path)
    place = folder.joinpath(*parts)
    for number in range(1, len(parts) + 1):
        try:
            found = folder.joinpath(*parts[:number]).lstat()
        except OSError:  # who reads or writes it says so
            break
        if stat.S_ISLNK(found.st_mode) or (stat.S_ISREG(found.st_mode) and found.st_nlink > 1):
            raise _outside(path, "it is a link")
    return place


def is_open(path: Path) -> bool:
    """Whether a person may look at a path: ``person_path`` refuses it otherwise."""
    try:
        person_path(path)
    except Refusal:
        return False
    return True


def open_person_file(path: Path, flags: int) -> int:
    """Open a file of a person's to read; returns the descriptor.

    Where they are confined, each folder of the path is opened from the one before, so that no link that somebody puts
    in place meanwhile leads out. Refuses as ``person_path`` does; raises ``OSError``.
    """
    if _confining(path) is None:
        return os.open(path, flags)
    with person_place(path) as place:
        try:
            descriptor = os.open(place.name, flags | os.O_NOFOLLOW, dir_fd=place.folder)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise _outside(path, "it is a link") from None
            raise
        found = os.fstat(descriptor)
        if stat.S_ISREG(found.st_mode) and found.st_nlink > 1:
            os.close(descriptor)
            raise _outside(path, "it is a link")
        return descriptor


class PersonPlace(NamedTuple):
    """A file's place for ``os`` functions: its name, and the descriptor of its folder (``dir_fd``), None if the name
    is a path."""

    name: str
    folder: int | None


@contextmanager
def person_place(path: Path) -> Iterator[PersonPlace]:
    """The place of a file that a person names; the folder is open inside. Refuses as ``person_path`` does; raises
    ``OSError``."""
    confined = _confining(path)
    if confined is None:
        yield PersonPlace(str(path), None)
        return
    *above, name = _parts(confined, path) or ["."]
    if name == ".":
        raise _outside(path, "it is the folder itself")
    descriptor = os.open(confined, _FOLDER)
    try:
        for part in above:
            try:
                inner = os.open(part, _FOLDER, dir_fd=descriptor)
            except OSError as error:
                if error.errno in (errno.ELOOP, errno.ENOTDIR):
                    raise _outside(path, f"{part} is a link, or no folder") from None
                raise
            os.close(descriptor)
            descriptor = inner
        yield PersonPlace(name, descriptor)
    finally:
        os.close(descriptor)


def make_person_folder(folder: Path, *, private: bool = False) -> None:
    """Make a folder that a person names, unless it is there; with ``private`` for them alone, and with those above it.
    Refuses as ``person_path`` does; raises ``OSError``."""
    mode = 0o700 if private else 0o777
    if confined_to() is None:
        folder.mkdir(mode, parents=private, exist_ok=True)
        return
    with person_place(folder) as place:
        try:
            os.mkdir(place.name, mode, dir_fd=place.folder)
        except FileExistsError:
            if not person_path(folder).is_dir():
                raise


def _parts(folder: Path, path: Path) -> list[str]:
    """The names of a path from the folder on."""
    if path.is_absolute():
        if not path.is_relative_to(folder):
            raise _outside(path, "it is elsewhere")
        path = path.relative_to(folder)
    for part in path.parts:
        if part == "..":
            raise _outside(path, "it leads to the folder above")
        if part.startswith("."):
            raise _outside(path, "a name that begins with a dot is hidden")
        if not part.isprintable():
            raise _outside(path, "a name in it has characters that can't be shown")
    return list(path.parts)


def _outside(path: Path, why: str) -> Refusal:
    return Refusal(
        "path-outside",
        f"{path} is not open to you: {why}",
        f"Name a file in {confined_to()}, by its path from there.",
    )
