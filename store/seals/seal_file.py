"""The seal beside the database: a small file with two slots, of which the one without the newest seal is written.

A slot is written at once and never longer than a sector, and the other one stays, so neither a crash nor a power
failure leaves a file without a seal. Nothing is synced: an older seal does no harm.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from ..persistence.database_file import address_in
from ..persistence.files.private_files import create_file
from .seal import BESIDE, Seal

SEAL_FILE = "audit.seal"
NEXT_FILE = "audit.seal.next"
"""The seal of a database that is about to be put in place of another one."""

_SLOT = 512
_decode = msgspec.json.Decoder(Seal).decode


class SealFile:
    """The file in the folder of a workspace, and the one for the database that comes next."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / SEAL_FILE
        self.next = folder / NEXT_FILE

    @property
    def is_of_one_machine(self) -> bool:
        """Whether other machines have a file of their own, because the database isn't in the folder."""
        return address_in(self.path.parent) is not None

    def exists(self) -> bool:
        """Whether there is one, whatever it holds."""
        return self.path.exists() or self.next.exists()

    def newest(self, key: bytes, path: Path | None = None) -> Seal | None:
        """The newest genuine seal in it; None if there is none."""
        try:
            with _locked(path or self.path, os.O_RDONLY, fcntl.LOCK_SH) as file:
                return _newest(file, key)[1]
        except OSError:
            return None

    def write(self, seal: Seal, key: bytes, is_prefix: Callable[[Seal], bool]) -> bool:
        """Write a seal, unless the file holds a newer one, or one that ``is_prefix`` denies: then it stays as evidence.

        Whether it was written; storage that can't be written leaves the older one."""
        try:
            with _locked(self.path, os.O_RDWR | os.O_CREAT, fcntl.LOCK_EX) as file:
                at, newest = _newest(file, key)
                if newest is not None and newest.line >= seal.line:
                    return False
                if newest is not None and not is_prefix(newest):
                    return False
                os.pwrite(file, _slot(seal, key), (1 - at) * _SLOT)
                return True
        except OSError:
            return False

    def write_anew(self, seal: Seal, key: bytes) -> None:
        """Write a seal in place of whatever is there."""
        with contextlib.suppress(OSError), _locked(self.path, os.O_RDWR | os.O_CREAT, fcntl.LOCK_EX) as file:
            os.pwrite(file, _slot(seal, key).ljust(2 * _SLOT), 0)
            self.next.unlink(missing_ok=True)

    def write_next(self, seal: Seal, key: bytes) -> None:
        """Write the seal of the database that is about to be put in place."""
        file = create_file(self.next, flags=os.O_RDWR | os.O_TRUNC)
        try:
            os.pwrite(file, _slot(seal, key), 0)
            os.fsync(file)
        finally:
            os.close(file)

    def put_next_in_place(self) -> None:
        """The next database is in place now."""
        with contextlib.suppress(FileNotFoundError):
            self.next.replace(self.path)

    def remove(self) -> None:
        """Remove it: the database in its place isn't sealed."""
        for path in (self.path, self.next):
            path.unlink(missing_ok=True)


@contextmanager
def _locked(path: Path, flags: int, how: int) -> Iterator[int]:
    try:
        file = os.open(path, flags & ~os.O_CREAT)
    except FileNotFoundError:
        if not flags & os.O_CREAT:
            raise
        file = create_file(path, flags=os.O_RDWR)
    try:
        fcntl.flock(file, how)
        yield file
    finally:
        os.close(file)


def _slot(seal: Seal, key: bytes) -> bytes:
    plain = Seal(line=seal.line, head=seal.head, at=seal.at, since=seal.since).signed(key, BESIDE)
    return msgspec.json.encode(plain).ljust(_SLOT - 1) + b"\n"


def _newest(file: int, key: bytes) -> tuple[int, Seal | None]:
    """The newest seal that was made with this key, and its slot; None, and the last slot, if there is none."""
    content, found = os.pread(file, 2 * _SLOT, 0), []
    for number in range(2):
        with contextlib.suppress(msgspec.DecodeError, UnicodeError):
            found.append((_decode(content[number * _SLOT : (number + 1) * _SLOT]), number))
    for seal, number in sorted(found, key=lambda slot: slot[0].line, reverse=True):
        if seal.is_genuine(key, BESIDE):
            return number, seal
    return 1, None
