"""Devices that answer with errors, late or not at all: each ends with one certificate of the new group; none gets
stuck."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from msgspec.structs import replace

from certfleet.simulator.engine.behaviour.next_step import NextStep, next_step, next_step_or_wait
from certfleet.store.devices.gate import OPEN
from certfleet.store.model.device import CertificateState, Device, Platform, WaitsFor
from certfleet.store.model.device_event import EventKind
from certfleet.store.model.habits import Habits
from certfleet.store.workspace import Workspace

from ...conftest import MONDAY, Draw, put, renew_all, rotate, run


def some_phone(workspace: Workspace) -> Device:
    """A phone that stays with us."""
    for device in workspace.devices.all():
        assert device.habits is not None
        if device.platform is Platform.IOS and device.habits.schedule.gone_at is None:
            return device
    raise AssertionError("no phone in this fleet")


def phone_with(workspace: Workspace, **habits: int) -> Device:
    """The phone, with these habits and no others that disturb."""
    device = some_phone(workspace)
    assert device.habits is not None
    calm = {"not_now": 0, "errors": 0, "losses": 0, "restores": 0}
    schedule = replace(device.habits.schedule, spells=0)
    device = replace(device, habits=replace(device.habits, schedule=schedule, **{**calm, **habits}))
    put(workspace, device)
    return device


def kinds(workspace: Workspace, device: Device) -> Counter[EventKind]:
    return Counter(event.kind for event in workspace.devices.timeline(device.id))


def ends_with_one_certificate_of(workspace: Workspace, device: Device, group: str) -> None:
    now = workspace.devices.get(device.id)
    assert now.issuer_group == group
    assert now.pending == ()
    active = [one for one in workspace.devices.certificates(device.id) if one.state is CertificateState.ACTIVE]
    assert [one.id for one in active] == [now.certificate_id]
    unconfirmed = [
        one for one in workspace.devices.certificates(device.id) if one.state is CertificateState.UNCONFIRMED
    ]
    assert unconfirmed == []


def test_not_now_for_up_to_two_days(fleet: Draw) -> None:
    workspace = fleet()
    device = phone_with(workspace, not_now=1000, busy_hours=48)
    group = rotate(workspace)
    renew_all(workspace)
    run(workspace, hours=14)
    waiting = workspace.devices.get(device.id)
    if waiting.renewal is not None:
        assert waiting.renewal.waits_for in (WaitsFor.NOT_NOW, WaitsFor.CHECK_IN)
    run(workspace, days=4)
    ends_with_one_certificate_of(workspace, device, group)
    assert kinds(workspace, device)[EventKind.NOT_NOW] >= 1


def test_errors_are_tried_again(fleet: Draw) -> None:
    workspace = fleet(devices=200)
    for device in workspace.devices.all():
        if device.platform is not Platform.WINDOWS:
            assert device.habits is not None
            put(workspace, replace(device, habits=replace(device.habits, errors=1000, not_now=0, losses=0)))
    group = rotate(workspace)
    renew_all(workspace)
    run(workspace, days=14)
    twice = [d for d in workspace.devices.all() if kinds(workspace, d)[EventKind.ERROR] >= 2 and d.renewal is None]
    assert twice
    for device in twice:
        ends_with_one_certificate_of(workspace, device, group)


def test_lost_answers_leave_a_device_that_works_and_is_asked_again(fleet: Draw) -> None:
    workspace = fleet(devices=200)
    for device in workspace.devices.all():
        if device.platform is not Platform.WINDOWS:
            assert device.habits is not None
            put(workspace, replace(device, habits=replace(device.habits, losses=1000, not_now=0, errors=0)))
    group = rotate(workspace)
    renew_all(workspace)
    run(workspace, days=14)
    found = Counter[str]()
    for device in workspace.devices.all():
        happened = kinds(workspace, device)
        if happened[EventKind.RENEWED]:
            found["lost"] += happened[EventKind.ISSUED] > 1
            found["never answered"] += happened[EventKind.NO_ANSWER] > 0
            ends_with_one_certificate_of(workspace, device, group)
    assert min(found["lost"], found["never answered"]) > 10


def test_a_device_restored_from_a_backup_comes_with_its_older_certificate_and_is_renewed(fleet: Draw) -> None:
    workspace = fleet()
    device = phone_with(workspace)
    group = rotate(workspace)
    workspace.devices.renew([device.id])
    run(workspace, days=2)
    ends_with_one_certificate_of(workspace, device, group)
    renewed = workspace.devices.get(device.id)
    assert renewed.habits is not None
    put(workspace, replace(renewed, habits=replace(renewed.habits, presents=device.certificate_id)))
    run(workspace, days=2)
    assert kinds(workspace, device)[EventKind.OLDER_PRESENTED] == 1
    assert kinds(workspace, device)[EventKind.RENEWED] == 2
    ends_with_one_certificate_of(workspace, device, group)


def test_a_backup_whose_certificate_expires_before_it_is_used_is_re_enrolled(fleet: Draw) -> None:
    workspace = fleet()
    device = phone_with(workspace)
    group = rotate(workspace)
    workspace.devices.renew([device.id])
    run(workspace, days=2)
    assert device.not_after is not None
    workspace.set_clock(device.not_after - timedelta(hours=1))
    renewed = workspace.devices.get(device.id)
    assert renewed.habits is not None
    night = replace(renewed.habits.schedule, interval=90_000, phase=int((device.not_after.timestamp() + 7200) % 90_000))
    put(workspace, replace(renewed, habits=replace(renewed.habits, schedule=night, presents=device.certificate_id)))

    run(workspace, days=40)

    happened = kinds(workspace, device)
    assert happened[EventKind.TURNED_AWAY] == happened[EventKind.RE_ENROLLED] == 1
    ends_with_one_certificate_of(workspace, device, group)


def test_restores_happen_by_themselves(fleet: Draw) -> None:
    workspace = fleet(devices=60)
    for device in workspace.devices.all():
        if device.platform is Platform.IOS:
            assert device.habits is not None
            put(workspace, replace(device, habits=replace(device.habits, restores=1000)))
    rotate(workspace)
    renew_all(workspace)
    run(workspace, days=200)
    older = sum(kinds(workspace, device)[EventKind.OLDER_PRESENTED] for device in workspace.devices.all())
    assert older > 3


def test_re_enrolling_in_the_middle_of_a_renewal_ends_it(fleet: Draw) -> None:
    from certfleet.simulator.fleet.enrolling import re_enroll

    workspace = fleet()
    device = phone_with(workspace, not_now=1000, busy_hours=400)
    group = rotate(workspace)
    renew_all(workspace)
    run(workspace, days=1)
    re_enroll(workspace, [device.id])
    run(workspace, days=5)
    ends_with_one_certificate_of(workspace, device, group)
    assert kinds(workspace, device)[EventKind.RE_ENROLLED] == 1


def test_windows_users_re_enroll_in_their_own_time(fleet: Draw) -> None:
    workspace = fleet(devices=150, mix={Platform.WINDOWS: 1})
    group = rotate(workspace)
    renew_all(workspace)
    crossed = []
    for _ in range(4):
        run(workspace, days=7)
        crossed.append(workspace.devices.counts().groups[group])
    assert 0 < crossed[0] < crossed[1] <= crossed[3] <= 150
    assert crossed[3] > 100
    for device in workspace.devices.all():
        happened = kinds(workspace, device)
        assert happened[EventKind.RENEWED] == happened[EventKind.ISSUED] == 0


def test_nothing_happens_to_an_idle_device_before_its_certificate_ends(fleet: Draw) -> None:
    workspace = fleet()
    device = phone_with(workspace)
    step = next_step(device, int(MONDAY.timestamp()))
    assert step is not None
    assert device.not_after is not None
    assert step.at > device.not_after.timestamp()


def test_a_device_that_waits_comes_to_the_same_event(fleet: Draw) -> None:
    workspace, waits = fleet(devices=200), 0
    workspace.devices.renew([device.id for device in workspace.devices.all()][:20])
    for device in workspace.devices.all():
        for after in range(int(MONDAY.timestamp()), int((MONDAY + timedelta(days=400)).timestamp()), 37 * 86_400):
            expected, step = next_step(device, after), next_step_or_wait(device, after, OPEN)
            while step is not None and step.step is NextStep.WAIT:
                assert expected is not None and after < step.at < expected.at
                step, waits = next_step_or_wait(device, step.at, OPEN), waits + 1
            assert step == expected
    assert waits > 200


def test_what_is_tried_again_waits_until_the_device_is_back_in_use(fleet: Draw) -> None:
    workspace = fleet()
    device = phone_with(workspace)
    workspace.devices.renew([device.id])
    asked = workspace.devices.get(device.id)
    assert asked.habits is not None
    office = replace(asked.habits.schedule, utc_offset=0, day_start=8 * 3600, day_end=18 * 3600, weekends=True)
    monday = int(MONDAY.timestamp())
    for hour, in_use in ((3, False), (12, True), (20, False)):
        at = monday + hour * 3600
        waiting = replace(asked, habits=replace(asked.habits, schedule=office, contact_at=at))
        step = next_step(waiting, at - 1)
        assert step is not None
        assert (step.at == at) == in_use
        assert 8 <= step.at % 86_400 / 3600 < 18


def test_a_device_that_is_not_simulated_does_nothing(fleet: Draw) -> None:
    workspace = fleet()
    assert next_step(replace(workspace.devices.get(1), habits=None), 0) is None


@pytest.mark.parametrize("hours", [1, 24])
def test_often_or_seldom_the_same_things_happen(fleet: Draw, hours: int) -> None:
    workspace = fleet(devices=60, check_in=timedelta(hours=hours))
    group = rotate(workspace)
    renew_all(workspace)
    run(workspace, days=30)
    reached = [device for device in workspace.devices.all() if device.issuer_group == group]
    assert len(reached) > 45


def test_habits_fit_into_little(fleet: Draw) -> None:
    habits = some_phone(fleet()).habits
    assert isinstance(habits, Habits)
    assert habits.presents is not None
