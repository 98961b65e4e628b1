"""Writing a small file of a person's, which nobody else may read: completely, or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE = 0.3  # seconds to wait for somebody else who writes


def replace_file(path: Path, data: bytes, *, keep_mode: bool = False) -> None:
    """Put a complete file with the mode 0600 in place of the one that is there, or with its mode; new folders get 0700.
    A link stays, and the file that it points to is written. Raises ``OSError``; then nothing has changed."""
    target = Path(os.path.realpath(path))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = 0o600
    with suppress(FileNotFoundError):
        found = target.stat()
        if not stat.S_ISREG(found.st_mode):  # nobody's file, but a device or a folder
            raise IsADirectoryError(21, "it is not a regular file")
        mode = stat.S_IMODE(found.st_mode) if keep_mode else mode
    descriptor, draft = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)  # 0600 from the start
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        Path(draft).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(draft).unlink()
        raise


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Whether nobody else of ours writes the file inside, by a lock beside it. Somebody else who writes for long, and a
    folder that can't be written, make it False."""
    from filelock import FileLock, Timeout  # most commands write none of these files

    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(path.with_name(f".{path.name}.lock"), mode=0o600, timeout=PATIENCE)
        lock.acquire()
    except (OSError, NotImplementedError, Timeout):
        yield False
        return
    try:
        yield True
    finally:
        lock.release()
