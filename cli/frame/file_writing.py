"""Writing files: completely or not at all, and overwriting nothing unasked."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ...store.errors import Refusal

_NO_HARD_LINKS = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}


def check_target(path: Path, *, force: bool, workspace: Path) -> None:
    """Refuse, before any work, a target that exists (``file-exists``), is not a file (``not-a-file``), or would be a
    file of the workspace itself (``file-in-workspace``)."""
    try:
        _check_place(path, force=force, workspace=workspace)
    except OSError as error:  # a folder of the path may be unreadable
        raise Refusal("file-unwritable", f"{path} can't be written: {error.strerror}") from error
    except RuntimeError as error:
        raise Refusal("file-unwritable", f"{path} is a link that leads to itself") from error


def _check_place(path: Path, *, force: bool, workspace: Path) -> None:
    target = path.resolve()
    if target.is_relative_to(workspace.resolve()):
        raise Refusal("file-in-workspace", f"{path} is in the workspace's own folder", "Name a file somewhere else.")
    if path.is_dir():
        raise Refusal("not-a-file", f"{path} is a directory", "Name a file in it.")
    if not path.exists():
        folder = target.parent if path.is_symlink() else path.parent
        if not folder.is_dir():
            raise Refusal("file-unwritable", f"{path} can't be written: there is no folder {folder}")
        if path.is_symlink() and not force:
            raise _exists(path)
        return
    if not path.is_file():
        raise Refusal("not-a-file", f"{path} is not a regular file", "Leave it out to write to standard output.")
    if not force:
        raise _exists(path)


def _exists(path: Path) -> Refusal:
    return Refusal("file-exists", f"{path} already exists", "Add --force to overwrite it.")


def write_file(path: Path, data: bytes, *, force: bool = False, private: bool = False) -> None:
    """Write a complete file to a target that ``check_target`` accepted; on failure, the previous file stays.

    Only the owner can read a ``private`` file, from the start. With ``force`` an existing file keeps its mode and its
    owner, and a symbolic link stays: the file that it points to is written.
    """
    with drafted(path, data, force=force, private=private) as put:
        put()


@contextmanager
def drafted(path: Path, data: bytes, *, force: bool = False, private: bool = False) -> Iterator[Callable[[], None]]:
    """The same in two steps: the data is written to disk, and the caller gets the function that gives the file its
    name. Until that is called, nothing has changed, whatever happens."""
    target = Path(os.path.realpath(path)) if force else path
    draft = target.with_name(f".{target.name[:64]}.{secrets.token_hex(8)}")
    try:
        with _refusing(path):
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
            with os.fdopen(descriptor, "wb") as file:
                if force:
                    _keep_mode_and_owner(target, descriptor, private=private)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        yield lambda: _put(draft, target, path, force=force)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _keep_mode_and_owner(target: Path, descriptor: int, *, private: bool) -> None:
    """Give the draft the mode and owner of the file that it replaces, as far as this user may."""
    try:
        before = target.stat()
    except OSError:  # a new file
        return
    own = os.fstat(descriptor)
    if (before.st_uid, before.st_gid) != (own.st_uid, own.st_gid):
        with suppress(OSError):
            os.fchown(descriptor, before.st_uid, before.st_gid)
    with suppress(OSError):
        os.fchmod(descriptor, stat.S_IMODE(before.st_mode) & (0o700 if private else 0o777))


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refusal("file-unwritable", f"{path} can't be written: {error.strerror}") from error


def _put(draft: Path, target: Path, named: Path, *, force: bool) -> None:
    with _refusing(named):
        if force:
            draft.replace(target)
        else:
            _put_new(draft, target)


def _put_new(draft: Path, path: Path) -> None:
    """Give the draft its name, unless somebody took the name in the meantime."""
    try:
        os.link(draft, path)
    except FileExistsError as error:
        raise _exists(path) from error
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        draft.replace(path)  # a file system without hard links, as on most USB sticks
