"""The audit trail is a chain: lines can't be changed unnoticed."""

from __future__ import annotations

import os
import pwd
from datetime import UTC, datetime
from pathlib import Path

import pytest

from certfleet.store.audit import AuditTrail
from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.account import Role
from certfleet.store.model.audit import SYSTEM, Actor
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.sqlite.engine import SqliteEngine
from certfleet.store.persistence.table import DocumentTable

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def trail(lines: int) -> tuple[AuditTrail, DocumentTable]:
    table = Database(SqliteEngine(None)).table("audit")
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


def test_a_line_may_be_in_the_name_of_somebody_else() -> None:
    audit, _ = trail(0)
    audit.record("push.lost", "certificate:1", "push topic lost", by=SYSTEM)
    (line,) = audit.tail()
    assert (line.user, line.origin) == ("certfleet", None)


def test_what_the_role_may_not_do_leaves_no_line() -> None:
    audit = AuditTrail(
        Database(SqliteEngine(None)).table("audit"), FixedClock(NOON), Actor("eve", "192.0.2.7", Role.VIEWER)
    )
    with pytest.raises(Refusal, match="not-permitted"):
        audit.record("certificate.describe", "certificate:1", "described 1")
    audit.record("push.lost", "certificate:1", "push topic lost", by=SYSTEM)
    assert [line.user for line in audit.tail()] == ["certfleet"]


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


def test_lines_of_several_writers_are_one_chain(tmp_path: Path) -> None:
    databases = [Database(SqliteEngine(tmp_path / "store.db")) for _ in range(2)]
    trails = [
        AuditTrail(database.table("audit"), FixedClock(NOON), Actor(name))
        for database, name in zip(databases, "ab", strict=True)
    ]
    for number in range(8):
        trails[number // 2 % 2].record("certificate.describe", f"certificate:{number}", "described")
    for audit in trails:
        assert [line.user for line in reversed(audit.tail())] == ["a", "a", "b", "b"] * 2
        assert list(audit.broken()) == []
    for database in databases:
        database.close()


def test_a_trail_goes_on_after_what_was_undone() -> None:
    database = Database(SqliteEngine(None))
    audit = AuditTrail(database.table("audit"), FixedClock(NOON), Actor("alice"))
    audit.record("certificate.describe", "certificate:1", "kept")
    with pytest.raises(ZeroDivisionError), database.transaction():
        audit.record("certificate.describe", "certificate:2", "undone")
        raise ZeroDivisionError
    with database.transaction():
        audit.record("certificate.describe", "certificate:3", "kept")
        with pytest.raises(ZeroDivisionError), database.attempt():
            audit.record("certificate.describe", "certificate:4", "undone")
            raise ZeroDivisionError
        audit.record("certificate.describe", "certificate:5", "kept")
    assert [(line.id, line.record) for line in reversed(audit.tail())] == [
        (1, "certificate:1"),
        (2, "certificate:3"),
        (3, "certificate:5"),
    ]
    assert list(audit.broken()) == []


def test_a_name_of_the_environment_is_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    login = pwd.getpwuid(os.getuid()).pw_name
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(variable, "somebody else")
    monkeypatch.delenv("SUDO_USER", raising=False)
    before = Actor.current().user
    assert before.split(" (")[0] == login
    monkeypatch.setenv("CERTFLEET_AS", "ann")
    assert Actor.current() == Actor(f"{login} (ann)", Actor.current().origin, login=login, account="ann")


def test_who_is_behind_sudo_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Path("/proc/self/loginuid")
    if kept.exists() and kept.read_text() != str(2**32 - 1):
        pytest.skip("Linux itself keeps who logged in here, which counts more")
    monkeypatch.setenv("SUDO_USER", "alice")
    assert Actor.current().user == f"{pwd.getpwuid(os.getuid()).pw_name} (alice)"
