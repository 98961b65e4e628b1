"""The folder of a workspace that is being made: where that fails, nothing stays of it."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .folder import KEY_FILE, STORE_FILE
from .persistence.database_file import address_in
from .seals.seal_file import SEAL_FILE

_EMPTY = 4096  # bytes of a database without tables
_OF_ANOTHER = (f"{STORE_FILE}-wal", KEY_FILE)


@contextmanager
def gone_if_it_fails(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Remove, where the block fails, what it has put into the folder ``path``, and the folder if it has made it; unless
    a workspace is there by then. ``shared``: another process may be making one in the same place, so nothing is
    removed that could be its."""
    before = {entry.name for entry in path.iterdir()} if path.is_dir() else None
    try:
        yield
    except BaseException:
        if not (shared and before is not None):
            with contextlib.suppress(OSError):
                _remove(path, before, shared=shared)
        raise


@contextmanager
def gone_unless_whole(path: Path) -> Iterator[None]:
    """Remove the new workspace in ``path`` where the block fails, which makes it in several transactions; one that was
    there before stays as it is. It has to be closed in the block."""
    is_new = not path.exists()
    try:
        yield
    except BaseException:
        if is_new and address_in(path) is None:
            shutil.rmtree(path, ignore_errors=True)
        raise


def _remove(path: Path, before: set[str] | None, *, shared: bool) -> None:
    store = path / STORE_FILE
    if store.exists() and store.stat().st_size > _EMPTY:
        return
    if shared and any((path / name).exists() and (path / name).stat().st_size for name in _OF_ANOTHER):
        return
    for entry in list(path.iterdir()):
        if entry.name.startswith((STORE_FILE, KEY_FILE, SEAL_FILE)) and entry.name not in (before or ()):
            entry.unlink()
    if before is None:
        path.rmdir()
