"""A transaction of the engine, and the use cases that share its commit: usually one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from ..errors import Refusal

MOST = 16  # that share a commit
LONGEST = 0.05  # seconds that the first one waits while others join


SHARING: ContextVar[bool] = ContextVar("sharing", default=False)
"""Whether this thread shares its commits."""


@contextmanager
def sharing_commits() -> Iterator[None]:
    """Inside, in this thread: a transaction on the disk may be committed together with those of other threads that are
    in a hurry, too, and that have waited for it. Each is undone by itself; none ends before it is durable."""
    token = SHARING.set(True)
    try:
        yield
    finally:
        SHARING.reset(token)


class SharedTransaction:
    """``count`` use cases have succeeded, have ``written`` these rows, and want something done ``afterwards``.
    ``error`` is why none of it was kept."""

    def __init__(self) -> None:
        self.count = 0
        self.written: dict[str, set[int]] = {}
        self.afterwards: list[Callable[[], object]] = []
        self.is_over = False
        self.error: BaseException | None = None
        self._closes_at = 0.0

    @property
    def has_room(self) -> bool:
        """Whether somebody may still join."""
        return not self.is_over and self.count < MOST and time.monotonic() < self._closes_at

    def take(self, written: Mapping[str, set[int]], afterwards: Iterable[Callable[[], object]]) -> None:
        """One has succeeded, with these rows, and wants these done after the commit."""
        self.afterwards += afterwards
        if not self.count:
            self._closes_at = time.monotonic() + LONGEST
        self.count += 1
        for name, ids in written.items():
            self.written.setdefault(name, set()).update(ids)

    def follow_up(self) -> None:
        """Do it, now that they are committed. If the database is away by then the change stands all the same: seals and
        copies of lines go on with the next one."""
        for action in self.afterwards:
            try:
                action()
            except Refusal as refusal:
                if refusal.code != "database-unreachable":
                    raise

    def raise_error(self) -> None:
        """Raise it for one of those that shared it: each has an exception of its own."""
        error = self.error
        if isinstance(error, Refusal):
            raise Refusal(error.code, error.message, error.hint) from error
        if error is not None:
            raise RuntimeError("the transaction could not be committed") from error
