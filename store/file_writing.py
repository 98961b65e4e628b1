"""Writing files of people: completely or not at all, and overwriting nothing unasked."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .confinement import PersonPlace, confined_to, person_path, person_place
from .errors import Refusal, unwritable
from .persistence.done_before import note_change
from .persistence.files.open_folders import check_only_ours_write

WRITTEN = ".certfleet-written"
"""In the folder that people are confined to: what was written there, as sha256sum(1) would say it."""

_NO_HARD_LINKS = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}


def check_target(path: Path, *, force: bool, workspace: Path, private: bool = False) -> None:
    """Refuse, before any work, a target that exists (``file-exists``), is not a file (``not-a-file``), or would be a
    file of the workspace itself (``file-in-workspace``); where people are confined, also one outside their folder
    (``path-outside``), or that was not written here (``file-not-written-here``). ``private``: refuse with
    ``folder-open`` a folder of everybody's."""
    try:
        _check_place(person_path(path), force=force, workspace=workspace)
        if private:
            check_only_ours_write(path)
    except OSError as error:  # a folder of the path may be unreadable
        raise unwritable(path, error) from error
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
    _check_was_written_here(path)


def _exists(path: Path) -> Refusal:
    return Refusal("file-exists", f"{path} already exists", "Add --force to overwrite it.")


def write_file(path: Path, data: bytes, *, force: bool = False, private: bool = False) -> None:
    """Write a complete file to a target that ``check_target`` accepted; on failure, the previous file stays.

    Only the owner can read a ``private`` file, from the start, and a folder of everybody's is refused for it
    (``folder-open``). With ``force`` an existing file keeps its mode and its owner, and a symbolic link stays: the file
    that it points to is written.
    """
    with drafted(path, data, force=force, private=private) as put:
        put()


@contextmanager
def drafted(path: Path, data: bytes, *, force: bool = False, private: bool = False) -> Iterator[Callable[[], None]]:
    """The same in two steps: the data is written to disk, and the caller gets the function that gives the file its
    name. Until that is called, nothing has changed, whatever happens."""
    with _refusing(path):
        if private:
            check_only_ours_write(path)
        if force:
            _check_was_written_here(path)
    target = Path(os.path.realpath(path)) if force and confined_to() is None else path
    with _placed(target, path) as place:
        name = Path(place.name)
        draft = place._replace(name=str(name.with_name(f".{name.name[:64]}.{secrets.token_hex(8)}")))
        try:
            with _refusing(path):
                mode = 0o600 if private else 0o666
                descriptor = os.open(draft.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode, dir_fd=draft.folder)
                with os.fdopen(descriptor, "wb") as file:
                    if force:
                        _keep_mode_and_owner(place, descriptor, private=private)
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
            yield lambda: _put(draft, place, path, data, force=force)
        finally:
            with suppress(OSError):
                os.unlink(draft.name, dir_fd=draft.folder)


@contextmanager
def _placed(target: Path, named: Path) -> Iterator[PersonPlace]:
    try:
        opening = person_place(target)
        place = opening.__enter__()
    except OSError as error:
        raise unwritable(named, error) from error
    try:
        yield place
    finally:
        opening.__exit__(None, None, None)


def _keep_mode_and_owner(target: PersonPlace, descriptor: int, *, private: bool) -> None:
    """Give the draft the mode and owner of the file that it replaces, as far as this user may."""
    try:
        before = os.stat(target.name, dir_fd=target.folder, follow_symlinks=target.folder is None)
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
        raise unwritable(path, error) from error


def _put(draft: PersonPlace, target: PersonPlace, named: Path, data: bytes, *, force: bool) -> None:
    with _refusing(named):
        _record(named, data)
        if force:
            os.replace(draft.name, target.name, src_dir_fd=draft.folder, dst_dir_fd=target.folder)
        else:
            _put_new(draft, target, named)
        note_change()


def _put_new(draft: PersonPlace, target: PersonPlace, named: Path) -> None:
    """Give the draft its name, unless somebody took the name in the meantime."""
    try:
        os.link(draft.name, target.name, src_dir_fd=draft.folder, dst_dir_fd=target.folder)
    except FileExistsError as error:
        raise _exists(named) from error
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        # a file system without hard links, as on most USB sticks
        os.replace(draft.name, target.name, src_dir_fd=draft.folder, dst_dir_fd=target.folder)


# Where people are confined, only what was written here is overwritten


def _record(path: Path, data: bytes) -> None:
    """Remember what is written. Whoever could change this record could change the files themselves."""
    folder = confined_to()
    if folder is not None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
        line = f"{hashlib.sha256(data).hexdigest()}  {person_path(path).relative_to(folder)}\n"
        with os.fdopen(os.open(folder / WRITTEN, flags, 0o600), "ab") as file:
            file.write(line.encode())


def _check_was_written_here(path: Path) -> None:
    """Refuse with ``file-not-written-here`` to overwrite what somebody else put into the folder, or changed since."""
    folder = confined_to()
    if folder is None or not (place := person_path(path)).exists():
        return
    name, known = str(place.relative_to(folder)), set()
    with suppress(FileNotFoundError), (folder / WRITTEN).open(encoding="utf-8") as lines:
        known = {line[:64] for line in lines if line[66:].rstrip("\n") == name}
    with place.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() not in known:
            said = f"{path} was not written by certfleet, or has been changed since, so it isn't overwritten"
            raise Refusal("file-not-written-here", said, "Name another file.")
