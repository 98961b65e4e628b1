"""What a command, a request or an action of the console has changed before it came to grief.

A refusal says that nothing was changed. That is true of a transaction, and not of who made one before, and only misses
the answer: because the database is away, the output can't be written, or a signal ends the command.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ..errors import Refusal

_AWAY = ("database-unreachable", "database-login-failed")


class DoneBefore:
    """Whether anything that one action was for has been changed for good."""

    def __init__(self) -> None:
        self.is_any = False


_DONE: ContextVar[DoneBefore | None] = ContextVar("done", default=None)


@contextmanager
def one_action(done: DoneBefore | None = None) -> Iterator[None]:
    """Around all that somebody asked for at once; ``done`` is told. A refusal because the database is away leaves as
    ``outcome-unknown`` if something was changed before."""
    outer, done = _DONE.get(), done or DoneBefore()
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


@contextmanager
def in_a_draft() -> Iterator[None]:
    """Inside, what is written is nobody's yet: it is discarded, or put in place later."""
    token = _DONE.set(None)
    try:
        yield
    finally:
        _DONE.reset(token)


def note_change() -> None:
    """Something that somebody asked for was committed, or a file of theirs was written."""
    if (done := _DONE.get()) is not None:
        done.is_any = True
