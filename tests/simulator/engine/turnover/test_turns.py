"""Devices that arrive, are replaced and are handed on in a simulation; and who is kept waiting by an outage."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from certfleet.simulator.engine.state.simulation_record import history, turnover_of
from certfleet.simulator.engine.status.status import simulation_status
from certfleet.simulator.identities.carriers import carriers
from certfleet.store.devices.presence import last_seen
from certfleet.store.model.device import Device, DeviceIdentity, DeviceState, Ownership, Platform
from certfleet.store.model.device_event import EventKind
from certfleet.store.workspace import Workspace

from ...conftest import Draw, rotate, run, without_push

PHONES = {Platform.IOS: 3, Platform.ANDROID: 1}


def living(fleet: Draw, devices: int = 40, churn: int = 900, **plan: object) -> Workspace:
    return without_push(fleet(devices=devices, churn=churn, **plan))


def arrived(workspace: Workspace, drawn: int) -> list[Device]:
    return [device for device in workspace.devices.all() if device.id > drawn]


def test_devices_arrive_and_those_they_replace_fall_silent(fleet: Draw) -> None:
    workspace = living(fleet)
    start = workspace.now()
    run(workspace, days=200)
    found, turnover = arrived(workspace, 40), turnover_of(workspace)
    assert turnover.replaced >= turnover.arrived == len(found) > turnover.joined > 0
    for device in found:
        (certificate,) = [one for one in workspace.devices.certificates(device.id) if one.reason == "enrollment"]
        assert start < certificate.issued_at <= workspace.now()
        assert certificate.public_key_sha256
    old = [device for device in workspace.devices.all() if device.habits is not None and device.habits.replaced_by]
    assert len(old) == turnover.replaced
    assert {device.habits.replaced_by for device in old if device.habits is not None} == {one.id for one in found}
    for device in old:
        assert device.habits is not None
        new, gone_at = workspace.devices.get(device.habits.replaced_by or 0), device.habits.schedule.gone_at
        kinds = [event.kind for event in workspace.devices.timeline(device.id)]
        assert (new.upn == device.upn) == (EventKind.REPLACED in kinds) == (EventKind.OWNER_LEFT not in kinds)
        seen = last_seen(device, workspace.now())
        assert gone_at is not None and (seen is None or seen.timestamp() < gone_at)
        assert new.platform is device.platform or EventKind.OWNER_LEFT in kinds
    assert workspace.check().problems == ()


def test_a_device_that_is_handed_on_is_enrolled_again_by_its_next_owner(fleet: Draw) -> None:
    workspace = living(fleet, devices=60, seed=9)
    before = {device.id: device for device in workspace.devices.all()}
    run(workspace, days=330)
    changed = [event.device_id for event in workspace.devices.events(100_000) if event.kind is EventKind.OWNER_CHANGED]
    assert len(changed) == turnover_of(workspace).handed_on > 0
    for id in changed:
        device, kinds = workspace.devices.get(id), [event.kind for event in workspace.devices.timeline(id)]
        assert kinds[kinds.index(EventKind.OWNER_CHANGED) + 1] is EventKind.RE_ENROLLED
        if id in before:
            assert device.upn != before[id].upn
            assert device.serial_number == before[id].serial_number
        assert device.ownership is Ownership.COMPANY
    for device in workspace.devices.all():
        assert device.habits is not None
        assert (device.carrier is None) is (device.imei is None)
        assert device.carrier is None or device.carrier in carriers()[device.habits.schedule.holidays[:2]]
    own = {(device.upn, device.carrier) for device in workspace.devices.all() if device.carrier is not None}
    assert len(own) == len({upn for upn, _ in own}) > 0


@pytest.mark.parametrize("left_alone", [0, 400, 1000])
def test_who_leaves_gives_up_all_devices_on_the_same_day(fleet: Draw, left_alone: int) -> None:
    """Company devices go to the newcomer, or are taken out of management; some only fall silent."""
    habits = "".join(f"[{platform}]\nleft_alone = {left_alone}\ngone = 0\n" for platform in Platform)
    workspace = living(fleet, devices=200, churn=1000, seed=9, habits=habits)
    before = {device.id: device for device in workspace.devices.all()}
    run(workspace, days=150)

    given_up: dict[int, datetime] = {}  # when the first owner gave a device up
    for event in reversed(workspace.devices.events(100_000)):
        if (
            event.kind in (EventKind.OWNER_LEFT, EventKind.OWNER_CHANGED, EventKind.REPLACED)
            and event.device_id in before
        ):
            given_up.setdefault(event.device_id, event.at)
    ways, several = Counter[EventKind | None](), 0
    for id, at in given_up.items():
        if not (left := [event for event in workspace.devices.timeline(id) if event.kind is EventKind.OWNER_LEFT]):
            continue
        if left[0].at != at:
            continue  # it was handed on, and its next owner has left
        same = {other for other, device in before.items() if device.upn == before[id].upn}
        assert all(given_up[other] <= at for other in same), "nothing is left to somebody who has gone"
        several += sum(given_up[other] == at for other in same) > 1
        for other in same:
            if given_up[other] == at:
                kinds = [event.kind for event in workspace.devices.timeline(other) if event.at == at]
                ways[
                    next((kind for kind in kinds if kind in (EventKind.UNENROLLED, EventKind.OWNER_CHANGED)), None)
                ] += 1
    assert several > 3
    assert (ways[EventKind.UNENROLLED] > 0) == (ways[EventKind.OWNER_CHANGED] > 0) == (left_alone < 1000)
    assert (ways[None] > 0) == (left_alone > 0)
    for device in workspace.devices.all():
        assert device.habits is not None
        if device.state is DeviceState.NOT_ENROLLED:
            assert device.habits.replaced_by is not None
    assert workspace.check().problems == ()


def story(workspace: Workspace, cuts: list[float], workers: int = 1) -> tuple[object, ...]:
    rotate(workspace)
    workspace.devices.renew(device.id for device in workspace.devices.all())
    for days in cuts:
        run(workspace, workers=workers, days=days)
    return (
        simulation_status(workspace),
        history(workspace),
        [replace(device, certificates=(), certificate_id=None, habits=None) for device in workspace.devices.all()],
    )


@pytest.mark.slow
def test_the_history_is_the_same_however_time_is_cut_and_work_is_spread(fleet: Draw) -> None:
    plan = {"devices": 60, "churn": 1000}
    whole = story(fleet(**plan), [60])
    assert story(fleet(**plan), [0.03, 1.2, 10.77, 0.4, 7.6, 40]) == whole
    assert story(fleet(**plan), [60], workers=2) == whole


def test_nobody_else_gets_the_ids_of_arrivals(fleet: Draw) -> None:
    workspace = living(fleet)
    run(workspace, days=30)
    identity = DeviceIdentity(platform=Platform.IOS, serial_number="F2LX0001")
    mine = workspace.devices.add(identity)
    run(workspace, days=90)
    assert workspace.devices.get(mine.id).serial_number == "F2LX0001"
    assert len(arrived(workspace, 40)) == turnover_of(workspace).arrived + 1


def test_an_outage_keeps_those_waiting_who_should_have_enrolled(fleet: Draw) -> None:
    """Apple devices can't enroll without a push certificate. When there is one, they come within days."""
    workspace = fleet(devices=60, churn=1000, mix=PHONES)
    workspace.components.unbind("apns")
    start = workspace.now()
    run(workspace, days=60)
    waiting = [
        device
        for device in workspace.devices.all()
        if device.state is DeviceState.NOT_ENROLLED and device.enrolling_refused is not None
    ]
    assert {device.platform for device in waiting} == {Platform.IOS}
    assert {device.enrolling_refused for device in waiting} == {"apns-missing"}
    for device in arrived(workspace, 60):
        if device.habits is not None and device.habits.replaced_by is not None:
            continue  # its owner has left
        assert (device.state is DeviceState.ENROLLED) == (device.platform is Platform.ANDROID)
    first = min(device.state_since for device in waiting)
    status = simulation_status(workspace).arrivals
    assert status is not None
    assert (status.waiting, status.waiting_since) == (len(waiting), first)
    assert status.days_lost == sum((workspace.now() - device.state_since).days for device in waiting)
    assert start < first

    workspace.apns.renew("mobile@a.example")
    run(workspace, days=14)
    kinds = Counter(workspace.devices.get(device.id).state for device in waiting)
    assert kinds[DeviceState.ENROLLED] > 0.8 * len(waiting)
    for device in waiting:
        now = workspace.devices.get(device.id)
        if now.state is DeviceState.ENROLLED:
            assert now.enrolled_at is not None
            assert workspace.now() - timedelta(days=14) < now.enrolled_at
    after = simulation_status(workspace).arrivals
    assert after is not None and after.waiting == kinds[DeviceState.NOT_ENROLLED]


def test_a_fleet_without_churn_stays_as_it_is(fleet: Draw) -> None:
    workspace = living(fleet, churn=0)
    run(workspace, days=300)
    assert len(workspace.devices.all()) == 40
    assert turnover_of(workspace).arrived == 0
    assert simulation_status(workspace).arrivals is None
