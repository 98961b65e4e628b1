"""Work due by the clock is done when a workspace is opened, and first in every transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.audit import Actor
from certfleet.store.model.certificate import UseAs
from certfleet.store.model.device import DeviceState
from certfleet.store.model.device_event import EventKind
from certfleet.store.open_engine import open_engine
from certfleet.store.workspace import Workspace
from tests.material import NOW
from tests.store.deployment import OTHER_TOPIC, push, source
from tests.store.devices.handset import Handset

LAPSED = NOW + timedelta(days=20)


@pytest.fixture
def phone(workspace: Workspace) -> Handset:
    """An iPhone, enrolled over a push certificate that ends before ``LAPSED``."""
    workspace.inventory.import_from(source(push(days=10)), use_as=UseAs.APNS)
    return Handset(workspace)


def state_of(workspace: Workspace, phone: Handset) -> DeviceState:
    return workspace.devices.get(phone.id).state


def lost_at(workspace: Workspace) -> datetime:
    """When the one phone lost its push topic."""
    (event,) = (event for event in workspace.devices.events() if event.kind is EventKind.PUSH_LOST)
    return event.at


def reopened(workspace: Workspace, clock: FixedClock) -> Workspace:
    workspace.close()
    return Workspace.open(workspace.path, actor=Actor("alice"), clock=clock)


def test_opening_a_workspace_does_it(workspace: Workspace, phone: Handset, clock: FixedClock) -> None:
    assert state_of(workspace, phone) is DeviceState.ENROLLED
    clock.at = LAPSED
    with reopened(workspace, clock) as again:
        assert state_of(again, phone) is DeviceState.MUST_RE_ENROLL
        assert {notice.kind for notice in again.notices.list()} >= {"apns-expiry", "capability-stopped"}


def test_every_use_case_rests_on_it(workspace: Workspace, phone: Handset, clock: FixedClock) -> None:
    clock.at = LAPSED
    result = workspace.devices.renew([phone.id])
    assert [device.id for device, _ in result.refused] == [phone.id]
    assert state_of(workspace, phone) is DeviceState.MUST_RE_ENROLL


def test_what_was_changed_counts_from_the_moment_of_the_change(
    workspace: Workspace, phone: Handset, clock: FixedClock
) -> None:
    clock.at = NOW + timedelta(days=5)
    workspace.inventory.replace(1, source(push(OTHER_TOPIC)))
    assert lost_at(workspace) == clock.at
    assert state_of(workspace, phone) is DeviceState.MUST_RE_ENROLL


def test_a_refused_use_case_leaves_nothing_and_the_next_does_it(
    workspace: Workspace, phone: Handset, clock: FixedClock
) -> None:
    clock.at = LAPSED
    before = workspace.audit.tail(1)
    with pytest.raises(Refusal, match="not-found"):
        workspace.inventory.delete(99)
    assert workspace.audit.tail(1) == before
    workspace.inventory.describe(1, "lapsed")
    assert state_of(workspace, phone) is DeviceState.MUST_RE_ENROLL


def test_moving_the_clock_does_it(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "virtual", actor=Actor("alice"), start=NOW) as workspace:
        workspace.inventory.import_from(source(push(days=10)), use_as=UseAs.APNS)
        phone = Handset(workspace)
        workspace.set_clock(LAPSED)
        assert state_of(workspace, phone) is DeviceState.MUST_RE_ENROLL


def test_a_change_before_the_clock_is_moved_in_the_same_transaction_counts_at_the_old_time(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "virtual", actor=Actor("alice"), start=NOW) as workspace:
        workspace.inventory.import_from(source(push()), use_as=UseAs.APNS)
        Handset(workspace)
        with workspace.database.transaction():
            workspace.inventory.replace(1, source(push(OTHER_TOPIC)))
            workspace.set_clock(NOW + timedelta(days=3))
        assert lost_at(workspace) == NOW


def test_opening_takes_no_lock_where_nothing_is_due(workspace: Workspace, phone: Handset, clock: FixedClock) -> None:
    workspace.close()
    assert workspace.path is not None
    other = open_engine(workspace.path)
    other.begin()
    try:
        with Workspace.open(workspace.path, actor=Actor("alice"), clock=clock) as again:  # would wait for a minute
            assert state_of(again, phone) is DeviceState.ENROLLED
    finally:
        other.rollback()
        other.close()


def test_a_damaged_record_keeps_nobody_from_opening_and_checking(
    workspace: Workspace, phone: Handset, clock: FixedClock
) -> None:
    with workspace.database.transaction():
        workspace.database.table("components").update({"use": "perhaps"}, doc_ids=[1])
    clock.at = LAPSED
    with reopened(workspace, clock) as again:
        assert [problem.record for problem in again.check().problems] == ["components:1"]
