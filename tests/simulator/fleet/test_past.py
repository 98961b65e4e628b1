"""A fleet with a past: drawn earlier, it has lived by the rules of the simulator up to the start."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from certfleet.simulator.engine.status.status import simulation_status
from certfleet.simulator.fleet.fleet import FleetPlan
from certfleet.simulator.fleet.past import PAST, begin_past, draw_with_past
from certfleet.store.errors import Refusal
from certfleet.store.model.audit import Actor
from certfleet.store.model.device import CertificateState, Device, DeviceState
from certfleet.store.model.device_event import EventKind
from certfleet.store.workspace import Workspace
from tests.prepared import Prepared

from ..conftest import MONDAY

PLAN = FleetPlan(devices=300, past=True, churn=0)


@pytest.fixture
def lived(prepared: Prepared, tmp_path: Path) -> Workspace:
    def make(folder: Path) -> None:
        with Workspace.open(folder, start=MONDAY - PAST, actor=Actor("alice")) as workspace:
            begin_past(workspace, MONDAY)
            assert draw_with_past(workspace, PLAN) == 300

    return prepared.in_memory("fleet-with-a-past", make, tmp_path / "past.key", actor=Actor("alice"))


def enrollment(workspace: Workspace, device: Device) -> datetime:
    return workspace.devices.certificates(device.id)[0].issued_at


def test_a_tester_finds_every_state(lived: Workspace) -> None:
    now, devices = lived.now(), lived.devices.all()
    assert now == MONDAY
    assert len(devices) == 300
    assert {group.name for group in lived.authorities.groups()} == {"default", "group-2", "group-3"}
    groups = Counter(device.issuer_group for device in devices)
    assert set(groups) == {"default", "group-2", "group-3"}
    assert groups["group-3"] > 150 and groups["group-2"] > 15
    states = Counter(device.state for device in devices)
    assert states[DeviceState.REVOKED] and states[DeviceState.RE_ENROLLMENT_REQUIRED] and states[DeviceState.ENROLLED]
    assert any(device.not_after is not None and device.not_after < now for device in devices)
    waiting = [device.renewal.requested_at for device in devices if device.renewal is not None]
    assert min(waiting) < now - timedelta(days=150) < now - timedelta(days=7) < max(waiting)
    kinds = {event.kind for event in lived.devices.events(100_000)}
    assert kinds > {EventKind.RENEWED, EventKind.TURNED_AWAY, EventKind.RE_ENROLLED, EventKind.NOT_NOW}
    superseded = [one for device in devices for one in lived.devices.certificates(device.id)]
    assert sum(one.state is CertificateState.SUPERSEDED for one in superseded) > 300
    assert lived.check().problems == ()


def test_devices_were_enrolled_in_office_hours(lived: Workspace) -> None:
    first = {enrollment(lived, device) for device in lived.devices.all()}
    assert MONDAY - PAST - timedelta(days=340) < min(first) < max(first) < MONDAY - PAST
    for device in lived.devices.all():
        assert device.habits is not None
        local = enrollment(lived, device).astimezone(ZoneInfo(device.habits.schedule.zone))
        assert local.weekday() < 5
        assert 4 <= local.hour < 23


def test_an_interrupted_past_goes_on(lived: Workspace) -> None:
    workspace = Workspace.open(None, start=MONDAY - PAST, actor=Actor("alice"))
    begin_past(workspace, MONDAY)
    windows = iter([*[False] * 3, True, *[False] * 20, True])
    for _ in range(2):
        draw_with_past(workspace, PLAN, stop=lambda: next(windows, False))
        assert workspace.now() < MONDAY
        begin_past(workspace, MONDAY)
    draw_with_past(workspace, PLAN)
    assert simulation_status(workspace) == simulation_status(lived)
    with pytest.raises(Refusal, match="fleet-exists"):
        draw_with_past(workspace, PLAN)


def test_a_past_needs_a_new_workspace() -> None:
    workspace = Workspace.open(None, start=MONDAY, actor=Actor("alice"))
    with pytest.raises(Refusal, match="past-impossible"):
        begin_past(workspace, MONDAY)
