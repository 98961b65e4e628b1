"""The audit trail is a chain: what was written can't be changed unnoticed."""

from __future__ import annotations

from datetime import UTC, datetime

from certfleet.store.audit import AuditTrail
from certfleet.store.clock import FixedClock
from certfleet.store.model.audit import Actor
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.memory import MemoryEngine
from certfleet.store.persistence.table import DocumentTable

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def trail(lines: int) -> tuple[AuditTrail, DocumentTable]:
    table = Database(MemoryEngine()).table("audit")
    audit = AuditTrail(table, FixedClock(NOON), Actor("alice", "192.0.2.7"))
    for number in range(1, lines + 1):
        audit.record("certificate.describe", f"certificate:{number}", f"described {number}")
    return audit, table


def test_a_line_says_who_what_when_and_on_which_record() -> None:
    audit, _ = trail(3)
    (line,) = audit.about("certificate:2")
    assert (line.user, line.origin, line.action) == ("alice", "192.0.2.7", "certificate.describe")
    assert line.at == NOON
    assert [line.id for line in audit.tail(2)] == [3, 2]
    assert [line.id for line in audit.tail(2, before=2)] == [1]


def test_an_untouched_trail_holds() -> None:
    audit, _ = trail(5)
    assert list(audit.broken()) == []


def test_a_changed_line_shows() -> None:
    audit, table = trail(5)
    table.update({"user": "mallory"}, doc_ids=[2])
    assert [id for id, _ in audit.broken()] == [2]


def test_a_line_taken_out_shows() -> None:
    for gone, shown in ((1, 2), (3, 4), (5, 5)):
        audit, table = trail(5)
        table.remove(doc_ids=[gone])
        assert [id for id, _ in audit.broken()] == [shown]


def test_a_trail_taken_out_whole_shows() -> None:
    audit, table = trail(2)
    table.truncate()
    assert [id for id, _ in audit.broken()] == [2]
