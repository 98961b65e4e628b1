"""Simulated outages: no push arrives, or no device reaches the server; what was due comes after the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from certfleet.simulator.engine.behaviour.push_delivery import BACKLOG
from certfleet.simulator.engine.state.outages import begin_outage, end_outage, outages
from certfleet.simulator.engine.state.simulation_record import history
from certfleet.simulator.engine.status.status import simulation_status
from certfleet.store.devices.presence import last_seen
from certfleet.store.effects.effects import OutageEffect
from certfleet.store.errors import Refusal
from certfleet.store.model.device import Device, DeviceState, Platform
from certfleet.store.model.device_event import EventKind
from certfleet.store.model.simulated_outage import OutageOf
from certfleet.store.views.effects import harm_of
from certfleet.store.views.simulated_outage import outage_state
from certfleet.store.workspace import Workspace

from ...conftest import MONDAY, Draw, put, renew_all, rotate, run

HOURS_12 = timedelta(hours=12)
SIX = timedelta(hours=6)


def reached(workspace: Workspace, platform: Platform = Platform.IOS) -> Device:
    """A device in use day and night that every push reaches, and that checks in between 02:00 and 08:00; the clock
    stands at 12:00."""
    device = next(one for one in workspace.devices.all() if one.platform is platform)
    assert device.habits is not None
    schedule = replace(
        device.habits.schedule,
        interval=86_400,
        phase=2 * 3600,
        day_start=0,
        day_end=86_400,
        weekends=True,
        spells=0,
        leave=0,
        long_leave=0,
        pool_days=0,
        gone_at=None,
    )
    calm = {"not_now": 0, "errors": 0, "losses": 0, "restores": 0, "pushed": 1000, "nightly": 1000}
    device = replace(device, habits=replace(device.habits, schedule=schedule, **calm))
    put(workspace, device)
    run(workspace, hours=12)
    return device


def times(workspace: Workspace, device: Device) -> dict[EventKind, timedelta]:
    return {event.kind: event.at - MONDAY for event in workspace.devices.timeline(device.id) if event.at > MONDAY}


@pytest.mark.parametrize("service", [OutageOf.APNS, OutageOf.SERVER])
def test_what_was_pushed_arrives_after_the_outage(fleet: Draw, service: OutageOf) -> None:
    workspace = fleet()
    device = reached(workspace)
    rotate(workspace)
    begin_outage(workspace, service, SIX)
    workspace.devices.renew([device.id])
    run(workspace, hours=8)
    issued = times(workspace, device)[EventKind.ISSUED]
    assert HOURS_12 + SIX < issued < HOURS_12 + SIX + timedelta(seconds=BACKLOG + 60)


def test_an_outage_of_another_service_is_not_felt(fleet: Draw) -> None:
    workspace = fleet()
    device = reached(workspace)
    rotate(workspace)
    for service in (OutageOf.FCM, OutageOf.WNS):
        begin_outage(workspace, service, SIX)
    workspace.devices.renew([device.id])
    run(workspace, hours=1)
    assert EventKind.RENEWED in times(workspace, device)


def test_a_scheduled_check_in_brings_what_a_push_service_can_t(fleet: Draw) -> None:
    workspace = fleet()
    device = reached(workspace)
    rotate(workspace)
    begin_outage(workspace, OutageOf.APNS, timedelta(days=3))
    workspace.devices.renew([device.id])
    run(workspace, days=2)
    issued = times(workspace, device)[EventKind.ISSUED]
    assert HOURS_12 + timedelta(hours=1) < issued < timedelta(days=2)


def test_no_device_checks_in_or_enrolls_while_the_server_is_out(fleet: Draw) -> None:
    workspace = fleet(devices=150)
    run(workspace, hours=9)
    rotate(workspace)
    renew_all(workspace)
    run(workspace, days=1)
    start = workspace.now()
    outage = begin_outage(workspace, OutageOf.SERVER, timedelta(days=2))
    run(workspace, days=1)
    happened = [event for event in workspace.devices.events(limit=10_000) if event.at >= start]
    assert {event.kind for event in happened} <= {EventKind.ENROLLMENT_REFUSED}
    assert happened  # Windows users tried
    seen = [last_seen(device, workspace.now(), workspace.impact.gate().outages) for device in workspace.devices.all()]
    assert all(at is None or at < start for at in seen)
    with pytest.raises(Refusal, match="server-outage"):
        workspace.devices.refuse_enrollment(1)
    run(workspace, days=2)
    assert outage_state(outage, workspace.now()) == "over"
    seen = [last_seen(device, workspace.now(), workspace.impact.gate().outages) for device in workspace.devices.all()]
    assert sum(at is not None and at >= outage.until for at in seen) > 100
    assert not any(at is not None and start <= at < outage.until for at in seen)
    refused = {event.device_id for event in happened}
    enrolled = {
        event.device_id for event in workspace.devices.events(limit=10_000) if event.kind is EventKind.RE_ENROLLED
    }
    run(workspace, days=10)
    for id in refused - enrolled:
        assert workspace.devices.get(id).state is DeviceState.ENROLLED


def test_a_planned_outage_begins_at_its_time_and_one_that_is_ended_is_over(fleet: Draw) -> None:
    workspace = fleet()
    device = reached(workspace)
    rotate(workspace)
    at = workspace.now() + timedelta(hours=1)
    outage = begin_outage(workspace, OutageOf.APNS, SIX, at)
    assert outage_state(outage, workspace.now()) == "planned"
    run(workspace, hours=2)
    workspace.devices.renew([device.id])
    run(workspace, hours=1)
    assert EventKind.ISSUED not in times(workspace, device)
    ended = end_outage(workspace, outage.id)
    assert ended is not None
    assert outage_state(ended, workspace.now()) == "over"
    run(workspace, hours=1)
    assert EventKind.RENEWED in times(workspace, device)
    later = begin_outage(workspace, OutageOf.APNS, SIX, workspace.now() + SIX)
    assert end_outage(workspace, later.id) is None
    assert outages(workspace) == [ended]
    said = [line.summary for line in workspace.audit.tail() if line.action == "simulation.outage"]
    assert len(said) == 4


@pytest.mark.parametrize(
    ("code", "begin"),
    [
        ("outage-invalid", lambda workspace: begin_outage(workspace, OutageOf.APNS, timedelta(seconds=5))),
        ("outage-invalid", lambda workspace: begin_outage(workspace, OutageOf.APNS, timedelta(days=31))),
        ("outage-invalid", lambda workspace: begin_outage(workspace, OutageOf.APNS, SIX, MONDAY - SIX)),
        ("outage-unknown", lambda workspace: end_outage(workspace, 9)),
    ],
)
def test_what_can_t_be_is_refused(fleet: Draw, code: str, begin: Callable[[Workspace], object]) -> None:
    workspace = fleet()
    with pytest.raises(Refusal, match=code):
        begin(workspace)


def test_two_at_once_of_a_service_and_ending_twice_are_refused(fleet: Draw) -> None:
    workspace = fleet()
    first = begin_outage(workspace, OutageOf.APNS, SIX)
    begin_outage(workspace, OutageOf.FCM, SIX)
    with pytest.raises(Refusal, match="outage-exists"):
        begin_outage(workspace, OutageOf.APNS, SIX, MONDAY + SIX / 2)
    begin_outage(workspace, OutageOf.APNS, SIX, first.until)
    run(workspace, hours=6)
    with pytest.raises(Refusal, match="outage-over"):
        end_outage(workspace, first.id)


def test_without_a_fleet_there_is_nothing_to_interrupt() -> None:
    with Workspace.open(None, start=MONDAY) as workspace, pytest.raises(Refusal, match="no-fleet"):
        begin_outage(workspace, OutageOf.SERVER, SIX)


def test_its_effects_say_how_many_wait_and_it_is_harmful(fleet: Draw) -> None:
    workspace = fleet()
    rotate(workspace)
    pending = len(workspace.devices.renew([1, 2, 3, 4, 5]).pending)
    effects = workspace.trials.try_out(lambda: begin_outage(workspace, OutageOf.SERVER, SIX))
    assert effects.is_harmful
    [effect] = effects.outages
    assert (effect.devices, effect.pending) == (50, pending)
    assert harm_of(effects) == (
        "STOPS: no device checks in or enrolls, 2026-01-05 00:00 to 2026-01-05 06:00 "
        f"({pending} of 50 devices with something pending)"
    )
    assert outages(workspace) == []
    outage = begin_outage(workspace, OutageOf.SERVER, SIX)
    ending = workspace.trials.try_out(lambda: end_outage(workspace, outage.id))
    assert not ending.is_harmful
    assert isinstance(ending.outages[0], OutageEffect)


def test_outages_survive_an_export(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "workspace")
    outage = begin_outage(workspace, OutageOf.WNS, SIX)
    workspace.export_json(tmp_path / "copy.json")
    key_file = tmp_path / "workspace" / "vault.key"
    Workspace.import_json((tmp_path / "copy.json").read_bytes(), tmp_path / "other", key_file=key_file)
    with Workspace.open(tmp_path / "other") as imported:
        assert outages(imported) == [outage]


def test_the_history_is_the_same_however_time_is_cut(fleet: Draw) -> None:
    def story(cuts: list[int], workers: int = 1) -> tuple[object, ...]:
        workspace = fleet(devices=60)
        rotate(workspace)
        run(workspace, hours=9)
        renew_all(workspace)
        begin_outage(workspace, OutageOf.APNS, timedelta(hours=3), workspace.now() + timedelta(seconds=3))
        begin_outage(workspace, OutageOf.SERVER, timedelta(hours=2), workspace.now() + timedelta(hours=2))
        begin_outage(workspace, OutageOf.SERVER, timedelta(days=1), workspace.now() + timedelta(days=4))
        for seconds in cuts:
            run(workspace, seconds=seconds, workers=workers)
        return simulation_status(workspace), history(workspace), workspace.devices.log_digest()

    whole = story([10 * 86_400])
    assert story([4, 7196, 7200, 1800, 327_000, 1, 520_799]) == whole
    assert story([10 * 86_400], workers=2) == whole
