"""Telling whoever waits that a workspace of an earlier release is carried over first, which takes a while if it is
large: this release makes indexes of what devices are filtered and counted by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LARGE = 200 * 1024 * 1024
"""Bytes of a database from which on it is more than a moment."""

_TELL: ContextVar[Callable[[], None] | None] = ContextVar("tell", default=None)


@contextmanager
def told_by(tell: Callable[[], None]) -> Iterator[None]:
    """Inside, ``tell`` is called before a large workspace is carried over."""
    token = _TELL.set(tell)
    try:
        yield
    finally:
        _TELL.reset(token)


def carrying_over(size: int) -> None:
    """An engine is about to carry over a database of so many bytes."""
    tell = _TELL.get()
    if tell is not None and size >= LARGE:
        tell()
