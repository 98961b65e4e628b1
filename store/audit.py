"""The audit trail: a line for every change, each bound to the one before by its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from .clock import Clock
from .model.audit import Actor, AuditLine
from .model.documents import from_document
from .persistence.table import DocumentTable

START = "0" * 64
PAGE = 1000


class AuditTrail:
    """Reads and adds lines. There is no way to change one."""

    def __init__(self, table: DocumentTable, clock: Clock, actor: Actor) -> None:
        self._table = table
        self._clock = clock
        self._actor = actor

    def record(self, action: str, record: str, summary: str) -> None:
        """Add a line, inside the transaction of the change that it tells of. Never pass a secret."""
        self.record_all([(action, record, summary)])

    def record_all(self, events: Iterable[tuple[str, str, str]]) -> None:
        """Add a line for each (action, record, summary), all of one moment, inside a transaction."""
        at, wall_at = _text(self._clock.now()), _text(datetime.now(UTC))
        last = self._table.tail(1)
        previous = last[0]["hash"] if last else START
        lines = []
        for action, record, summary in events:
            line: dict[str, Any] = {
                "at": at,
                "wall_at": wall_at,
                "user": self._actor.user,
                "origin": self._actor.origin,
                "action": action,
                "record": record,
                "summary": summary,
                "previous_hash": previous,
            }
            line["hash"] = previous = line_hash(line)
            lines.append(line)
        self._table.insert_multiple(lines)

    def tail(self, limit: int = 100, before: int | None = None) -> list[AuditLine]:
        """The newest lines first; ``before`` an id, for the page after."""
        return [from_document(document, AuditLine) for document in self._table.tail(limit, before)]

    def about(self, record: str) -> list[AuditLine]:
        """Every line about a record (``certificate:12``), newest first."""
        return [from_document(document, AuditLine) for document in reversed(self._table.find("record", record))]

    def broken(self) -> Iterator[tuple[int, str]]:
        """The id of each line that doesn't hold, and why: the text was changed, or a line before it is gone.

        A trail that was cut off at its end shows too: ids are given in order, and the highest one used is kept.
        """
        follower: tuple[int, str] | None = None  # the line after, and the hash that it says it follows
        newest: int | None = None
        before: int | None = None
        while page := self._table.tail(PAGE, before):
            for line in page:
                before = line.doc_id
                newest = newest or before
                if line_hash({name: value for name, value in line.items() if name != "hash"}) != line["hash"]:
                    yield before, "its text was changed"
                if follower is not None and follower[1] != line["hash"]:
                    yield follower[0], f"it doesn't follow line {before}"
                follower = (before, line["previous_hash"])
        if follower is not None and follower[1] != START:
            yield follower[0], "the lines before it were taken out"
        if (newest or 0) != self._table.highest_id():
            yield self._table.highest_id(), "the newest lines were taken out"


def line_hash(line: dict[str, Any]) -> str:
    """SHA-256 over the line as JSON with sorted keys, its own hash left out."""
    return hashlib.sha256(msgspec.json.encode(line, order="sorted")).hexdigest()


def _text(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
