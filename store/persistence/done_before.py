"""What a command, a request or an action of the console has committed before a remote database went away.

A refusal says that nothing was changed. That is true of a transaction, and not of who made one before, and only misses
the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ..errors import Refusal

_AWAY = ("database-unreachable", "database-login-failed")


class _Done:
    def __init__(self) -> None:
        self.is_any = False


_DONE: ContextVar[_Done | None] = ContextVar("done", default=None)


@contextmanager
def one_action() -> Iterator[None]:
    """Around all that somebody asked for at once. A refusal because the database is away leaves as ``outcome-unknown``
    if something was committed before."""
    outer, done = _DONE.get(), _Done()
    token = _DONE.set(done)
    try:
        yield
    except Refusal as refusal:
        if done.is_any and refusal.code in _AWAY:
            raise Refusal(
                "outcome-unknown",
                f"{refusal.message}; what was changed before that stays",
                "When the database is back, look what was done before you repeat it.",
            ) from refusal
        raise
    finally:
        _DONE.reset(token)
        if outer is not None and done.is_any:
            outer.is_any = True


def note_commit() -> None:
    """Something that somebody asked for was committed, in a database that can go away."""
    if (done := _DONE.get()) is not None:
        done.is_any = True
