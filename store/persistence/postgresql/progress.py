"""How far a workspace in PostgreSQL has come: its last transactions, and which of them somebody here knows of.

One row holds the number of the last one, random numbers of the last writers, by which each finds out whether its own
commit was made, and the names of the tables that the last ones have touched. It has several times the size of what
else a small transaction writes, so a question about it is answered with what is new alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .pipeline import Statement

KEPT = 32
"""So many of the last commits leave the tables that they touched."""
WRITERS = 128
"""So many leave a random number of their writer's, by which it finds out whether its own was made: others may be back
before it after a crash. The server's transaction ids won't do: then they are given again."""

# What has happened since the transaction ?1, whose writer was ?2.
_NEW = (
    "SELECT number, writers[1], cardinality(writers), ?2::bigint = ANY (writers), ?1::bigint,"
    f" touched[1:LEAST(GREATEST(number - ?1::bigint, 0), {KEPT})::int], EXISTS (SELECT 1 FROM _gone)"
)
LOOK = f"{_NEW} FROM _transactions"
LOOK_AND_NEWEST_POINT = f"{_NEW}, (SELECT max(number) FROM _points) FROM _transactions"

# Writers queue for the lock. Who waited for the disk while holding it would make all others wait for it too; so a
# commit lets go of the lock first, and waits for the disk afterwards, together with those that came after it.
_LATER = ", set_config('synchronous_commit', 'off', true)"
FLUSH: Statement = ("SELECT pg_logical_emit_message(true, 'certfleet', '')", ())
MAY_FLUSH = "SELECT has_function_privilege('pg_logical_emit_message(boolean, text, text)', 'EXECUTE')"


class _State(NamedTuple):
    """The last transaction and its writer; how many leave their writers, and whether the one who was asked about is
    among them, if anybody was; the tables that each transaction after ``since`` has touched, the newest first."""

    number: int = 0
    writer: int | None = None
    writers: int = 0
    is_known: bool | None = None
    since: int = 0
    touched: Sequence[str] = ()


class Progress:
    """What one connection after another has learned."""

    def __init__(self) -> None:
        self._state = _State()
        self.told: tuple[int, int | None] = (0, None)
        """The last transaction that somebody here knows of, and its writer: what a question about news names."""
        self._told_over = 0  # which connection
        self._went_back = False

    @property
    def number(self) -> int:
        """The last transaction as of the last question."""
        return self._state.number

    @property
    def is_alone(self) -> bool:
        """Whether nobody else has written since ``told``."""
        return self._state[:2] == self.told

    def take(self, answer: Sequence[object]) -> bool:
        """The answer to a question about news; whether restorations have removed any row."""
        *state, has_gone = answer
        self._state = _State(*state)  # type: ignore[arg-type]  # the columns of _NEW
        return bool(has_gone)

    def is_news(self, connection: int) -> bool:
        """Whether what was answered over this connection is news; everybody has been told of it then."""
        state, number = self._state, self.told[0]
        is_new = self._told_over != connection
        if state.number < number or (state.is_known is False and (state.number - number < state.writers or is_new)):
            self._went_back = True
        self._state = state._replace(is_known=None)
        self.told, self._told_over = state[:2], connection
        return self._went_back or state.number != number

    def went_back(self) -> bool:
        """Whether, since the last call, an earlier state has turned up than somebody here knew."""
        was, self._went_back = self._went_back, False
        return was

    def tables_since(self, number: int) -> set[str] | None:
        """The tables that transactions above ``number`` have touched; None if nobody knows."""
        state = self._state
        if number < state.since or (len(state.touched) == KEPT and state.number - state.since > KEPT):
            return None
        touched = state.touched[: max(0, state.number - number)]
        return {name for names in touched for name in names.split(",") if name}


def telling(number: int, writer: int, touched: Iterable[str], channel: str, *, later: bool) -> Statement:
    """The statement that ends a transaction: it leaves its number, its writer and its tables, and tells who listens.
    ``later``: the commit doesn't wait for the disk; ``FLUSH`` does."""
    return (
        f"UPDATE _transactions SET number = ?::bigint, writers = (ARRAY[?::bigint] || writers)[1:{WRITERS}],"
        f" touched = (ARRAY[?::text] || touched)[1:{KEPT}]"
        f" RETURNING pg_notify(?::text, ?::text){_LATER if later else ''}",
        (number, writer, ",".join(sorted(touched)), channel, str(number)),
    )
