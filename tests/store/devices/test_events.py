"""The event log: what happened, in order, and a digest that two runs can be compared by."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.devices.events import EventLog, LogDigest, Occurrence, in_order
from certfleet.store.model.device_event import EventKind
from certfleet.store.workspace import Workspace
from tests.material import NOW
from tests.store.devices.handset import Handset, let_it_cross_over


@pytest.fixture
def log(workspace: Workspace) -> EventLog:
    return workspace.devices.records.log


def some(count: int) -> list[Occurrence]:
    kinds = list(EventKind)
    return [Occurrence(NOW + timedelta(hours=n), n % 3, kinds[n % len(kinds)], f"detail {n}") for n in range(count)]


def add(workspace: Workspace, occurrences: list[Occurrence]) -> LogDigest:
    with workspace.database.transaction():
        workspace.devices.records.log.add(occurrences)
    return workspace.devices.log_digest()


def test_an_empty_log_has_a_digest(log: EventLog) -> None:
    assert log.digest() == log.computed() == LogDigest(count=0, sha256="0" * 64)


def test_the_digest_is_the_computed_one_and_the_same_however_the_log_was_written(workspace: Workspace) -> None:
    at_once = add(workspace, some(20))
    assert workspace.devices.records.log.computed() == at_once
    with Workspace.open(None, clock=workspace.clock) as other:
        for occurrence in some(20):
            in_parts = add(other, [occurrence])
        assert in_parts == at_once


@pytest.mark.parametrize(
    "other",
    [
        Occurrence(NOW + timedelta(microseconds=1), 0, EventKind.ENROLLED, "default"),
        Occurrence(NOW, 1, EventKind.ENROLLED, "default"),
        Occurrence(NOW, 0, EventKind.RE_ENROLLED, "default"),
        Occurrence(NOW, 0, EventKind.ENROLLED, "other"),
    ],
)
def test_any_difference_gives_another_digest(workspace: Workspace, other: Occurrence) -> None:
    one = add(workspace, [Occurrence(NOW, 0, EventKind.ENROLLED, "default")])
    with Workspace.open(None, clock=workspace.clock) as second:
        assert add(second, [other]) != one


def test_another_order_gives_another_digest(workspace: Workspace) -> None:
    one = add(workspace, some(2))
    with Workspace.open(None, clock=workspace.clock) as second:
        assert add(second, some(2)[::-1]) != one


def test_a_changed_event_shows(workspace: Workspace, log: EventLog) -> None:
    digest = add(workspace, some(5))
    workspace.database.table("device_events").update({"detail": "changed"}, doc_ids=[3])
    assert log.digest() == digest
    assert log.computed() != digest


def test_what_did_not_come_to_be_committed_is_not_in_it(workspace: Workspace, log: EventLog) -> None:
    digest = add(workspace, some(5))
    with pytest.raises(KeyError), workspace.database.transaction():
        log.add(some(3))
        raise KeyError
    assert log.digest() == log.computed() == digest


def test_events_are_put_in_by_time_then_by_device() -> None:
    late, early = Occurrence(NOW + timedelta(hours=1), 1, EventKind.ERROR), Occurrence(NOW, 9, EventKind.ENROLLED)
    first, second = Occurrence(NOW, 2, EventKind.TURNED_AWAY), Occurrence(NOW, 2, EventKind.RENEWAL_ENDED)
    assert in_order([late, early, first, second]) == [first, second, early, late]


def test_it_is_read_by_device_and_in_pages_from_the_newest(workspace: Workspace, log: EventLog) -> None:
    add(workspace, some(10))
    assert [event.id for event in log.about(0)] == [1, 4, 7, 10]
    page = log.tail(limit=4)
    assert [event.id for event in page] == [10, 9, 8, 7]
    assert [event.id for event in log.tail(limit=4, before=7)] == [6, 5, 4, 3]
    assert page[0].at == NOW + timedelta(hours=9)


def test_the_same_actions_give_the_same_digest_over_other_keys(workspace: Workspace, clock: FixedClock) -> None:
    def history(workspace: Workspace) -> LogDigest:
        clock.at = NOW
        handset = Handset(workspace)
        workspace.authorities.refresh(ready_after=timedelta(0))
        workspace.devices.renew([handset.id])
        let_it_cross_over(handset, clock)
        return workspace.devices.log_digest()

    with Workspace.open(None, clock=clock) as other:
        assert history(workspace) == history(other)
    assert workspace.devices.log_digest().count == 4
