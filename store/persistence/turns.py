"""Whose turn it is to use a database: a lock, and transactions of several threads that share a commit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from threading import get_ident


class WriterTurns:
    """A reentrant lock.

    While it ``is_open``, a transaction waits for its commit: only those that ``join`` it get a turn, and everybody else
    waits, because nobody may see what isn't committed.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()  # of what is below; used directly where nobody waits, which is faster
        self._changed = threading.Condition(self._guard)
        self._owner: int | None = None
        self._depth = 0
        self._waiting = 0
        self.joining = 0
        """The threads that wait to join a transaction."""
        self.is_open = False

    @property
    def is_mine(self) -> bool:
        """Whether this thread holds it."""
        return self._owner == get_ident()

    # Every read enters and leaves it, so both do the usual without another call.

    def __enter__(self) -> None:
        me = get_ident()
        if self._owner == me:
            self._depth += 1
            return
        with self._guard:
            if self._owner is None and not self.is_open:
                self._owner, self._depth = me, 1
                return
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if self._depth:
            return
        with self._guard:
            self._owner = None
            if self._waiting:
                self._changed.notify_all()

    def acquire(self, *, blocking: bool = True) -> bool:
        """Take it; False if others have it, and it isn't waited for."""
        if self._owner == get_ident():
            self._depth += 1
            return True
        with self._guard:
            while self._owner is not None or self.is_open:
                if not blocking:
                    return False
                self._wait()
            self._take()
        return True

    def release(self) -> None:
        """Give it back, once for each time that it was taken."""
        self.__exit__()

    def join(self) -> None:
        """Take it, even while a transaction waits for its commit."""
        with self._changed:
            self.joining += 1
            try:
                while self._owner is not None:
                    self._wait()
            except BaseException:
                self._changed.notify_all()  # somebody may have counted on this thread
                raise
            finally:
                self.joining -= 1
            self._take()

    def wait_until(self, is_over: Callable[[], bool]) -> bool:
        """Wait for something; False once it is over. True: nobody else is there to bring it about, and the lock is
        taken."""
        with self._changed:
            while not is_over():
                if self._owner is None and not self.joining:
                    self._take()
                    return True
                self._wait()
        return False

    def _take(self) -> None:
        self._owner, self._depth = get_ident(), 1

    def _wait(self) -> None:
        self._waiting += 1
        try:
            self._changed.wait()
        finally:
            self._waiting -= 1
