"""Writing what the commands hand out: whole or not at all, and nothing overwritten unasked."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ...store.errors import Refusal

_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}


def check_target(path: Path, *, force: bool, workspace: Path) -> None:
    """Refuse, before any work, a target that is in the way (``file-exists``), is no file (``not-a-file``), or would
    be a file of the workspace itself (``file-in-workspace``)."""
    try:
        _check_place(path, force=force, workspace=workspace)
    except OSError as error:  # a folder on the way may not be looked into
        raise Refusal("file-unwritable", f"{path} can't be written: {error.strerror}") from error
    except RuntimeError as error:
        raise Refusal("file-unwritable", f"{path} is a link that leads to itself") from error


def _check_place(path: Path, *, force: bool, workspace: Path) -> None:
    if path.resolve().is_relative_to(workspace.resolve()):
        raise Refusal("file-in-workspace", f"{path} is in the workspace's own folder", "Write it somewhere else.")
    if path.is_dir():
        raise Refusal("not-a-file", f"{path} is a directory", "Name a file in it.")
    if not path.exists():
        if not path.parent.is_dir():
            raise Refusal("file-unwritable", f"{path} can't be written: there is no folder {path.parent}")
        return
    if not path.is_file():
        raise Refusal("not-a-file", f"{path} is no regular file", "Leave it out to write to standard output.")
    if not force:
        raise Refusal("file-exists", f"{path} is there already", "Add --force to overwrite it.")


def write_file(path: Path, data: bytes, *, force: bool = False, private: bool = False) -> None:
    """Write a file that ``check_target`` let through: whole, or what was there stays. A ``private`` one is its
    owner's alone from the start."""
    with drafted(path, data, force=force, private=private) as put:
        put()


@contextmanager
def drafted(path: Path, data: bytes, *, force: bool = False, private: bool = False) -> Iterator[Callable[[], None]]:
    """The same in two steps: the data is on the disk, and the caller gets what gives the file its name. Until that is
    called, whatever happens, nothing has changed."""
    draft = path.with_name(f".{path.name[:64]}.{secrets.token_hex(8)}")
    try:
        with _refusing(path):
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        yield lambda: _put(draft, path, force=force)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refusal("file-unwritable", f"{path} can't be written: {error.strerror}") from error


def _put(draft: Path, path: Path, *, force: bool) -> None:
    with _refusing(path):
        if force:
            draft.replace(path)
        else:
            _put_new(draft, path)


def _put_new(draft: Path, path: Path) -> None:
    """Give the draft its name, unless somebody took the name in the meantime."""
    try:
        os.link(draft, path)
    except FileExistsError as error:
        raise Refusal("file-exists", f"{path} is there already", "Add --force to overwrite it.") from error
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        draft.replace(path)  # a file system without links, as on most USB sticks
