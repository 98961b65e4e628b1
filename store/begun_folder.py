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
    is_new = _is_missing(path)
    before = set() if is_new or shared else _names(path)
    try:
        yield
    except BaseException:
        if is_new or (not shared and before is not None):
            with contextlib.suppress(OSError):
                _remove(path, before or set(), shared=shared)
                if is_new:
                    path.rmdir()
        raise


@contextmanager
def gone_unless_whole(path: Path) -> Iterator[None]:
    """Remove the new workspace in ``path`` where the block fails, which makes it in several transactions; one that was
    there before stays as it is. It has to be closed in the block."""
    is_new = _is_missing(path)
    try:
        yield
    except BaseException:
        if is_new and path.is_dir() and address_in(path) is None:
            shutil.rmtree(path, ignore_errors=True)
        raise


def _is_missing(path: Path) -> bool:
    """Whether certainly nothing is there; not where that can't be told."""
    try:
        path.lstat()
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False
    return False


def _names(path: Path) -> set[str] | None:
    """What is in the folder; None if that can't be told."""
    try:
        return {entry.name for entry in path.iterdir()}
    except (OSError, ValueError):
        return None


def _remove(path: Path, before: set[str], *, shared: bool) -> None:
    store = path / STORE_FILE
    if store.exists() and store.stat().st_size > _EMPTY:
        return
    if shared and any((path / name).exists() and (path / name).stat().st_size for name in _OF_ANOTHER):
        return
    for entry in list(path.iterdir()):
        if entry.name.startswith((STORE_FILE, KEY_FILE, SEAL_FILE)) and entry.name not in before:
            entry.unlink()
