"""Asking the audit trail by person, action, record and time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certfleet.store.audit import AuditTrail
from certfleet.store.audit_filter import newest, parse_filter
from certfleet.store.clock import FixedClock
from certfleet.store.model.audit import Actor
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.sqlite.engine import SqliteEngine
from tests.store.test_audit import NOON


@pytest.fixture
def audit() -> AuditTrail:
    """Three lines: at noon of three days from 2026-05-04 on."""
    clock = FixedClock(NOON)
    audit = AuditTrail(Database(SqliteEngine(None)).table("audit"), clock, Actor("ann"))
    audit.record("certificate.import", "certificate:1", "the gateway's certificate")
    clock.at += timedelta(days=1)
    audit.record("certificate.delete", "certificate:1", "deleted", by=Actor("bob", "192.0.2.7"))
    clock.at += timedelta(days=1)
    audit.record("device.renew", "device:12", "12 devices")
    return audit


def asked(audit: AuditTrail, text: str, limit: int = 100) -> list[int]:
    found = parse_filter(text)
    assert found.problem is None
    assert found.matches is not None
    return [line.id for line in newest(audit, found.matches, limit)]


def test_by_person_action_record_address_and_words(audit: AuditTrail) -> None:
    assert asked(audit, "user:ann") == [3, 1]
    assert asked(audit, "action:certificate") == [2, 1]
    assert asked(audit, "record:certificate:1 -user:bob") == [1]
    assert asked(audit, "from:192.0.2") == [2]
    assert asked(audit, "gateway") == [1]
    assert asked(audit, "user:ann", limit=1) == [3]


def test_by_time_where_a_day_is_meant_whole(audit: AuditTrail) -> None:
    assert asked(audit, "since:2026-05-05") == [3, 2]
    assert asked(audit, "until:2026-05-05") == [2, 1]
    assert asked(audit, "since:2026-05-05t12:00 until:2026-05-05") == [2]
    assert asked(audit, "until:2026-05-05T12:00:00Z") == [1]
    assert asked(audit, "since:2026-05-05T14:00+02:00 until:2026-05-06") == [3, 2]


@pytest.mark.parametrize("text", ["since:yesterday", "until:2026-13-01", "since:0001-01-01T00:00+14:00"])
def test_a_time_that_is_none_is_a_problem(text: str) -> None:
    assert "takes a day or a time, as in" in str(parse_filter(text).problem)


def test_an_unknown_field_is_a_problem_and_a_record_is_a_word() -> None:
    assert parse_filter("usr:ann").problem == "usr: is no filter key; did you mean user:?"
