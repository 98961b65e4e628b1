"""Devices that fail together, again and again, until something changes; the others aren't touched."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from certfleet.simulator.engine.behaviour.failing import Failing, failures_of, fix, is_of, put_failures
from certfleet.simulator.engine.status.status import simulation_status
from certfleet.store.devices.events import LogDigest
from certfleet.store.errors import Refusal
from certfleet.store.model.device import Device, Platform, WaitsFor
from certfleet.store.model.device_event import EventKind
from certfleet.store.model.failures import FailureCause, FailureCohort, Failures
from certfleet.store.views.common_traits import failing_line
from certfleet.store.workspace import Workspace

from ...conftest import MONDAY, Draw, put, renew_all, rotate, run, without_push
from ..test_policies import SUPERVISED, VPN, bring_for

PHONES = {Platform.IOS: 1}


def with_cohort(workspace: Workspace, cause: FailureCause = FailureCause.OS_VERSION, days: int = 45) -> FailureCohort:
    """The same fleet, in which the phones of one model and OS version fail, or those of a place. Nothing else does."""
    first = workspace.devices.all()[0]
    assert first.habits is not None
    if cause is FailureCause.PROXY:
        cohort = FailureCohort(cause=cause, days=days, zone=first.habits.schedule.zone)
    elif cause is FailureCause.CARRIER:
        phone = next(device for device in workspace.devices.all() if device.carrier is not None)
        cohort = FailureCohort(cause=cause, days=days, carrier=phone.carrier or "")
    else:
        system = first.platform, first.model, first.os_version
        cohort = FailureCohort(cause=cause, days=days, platform=system[0], model=system[1], os_version=system[2])
    with workspace.database.transaction():
        put_failures(workspace, Failures(cohorts=(cohort,)))
    for device in workspace.devices.all():
        assert device.habits is not None
        calm = replace(device.habits, not_now=0, errors=0, losses=0, restores=0)
        schedule = replace(calm.schedule, spells=0, leave=0, long_leave=0, pool_days=0, gone_at=None)
        put(workspace, replace(device, habits=replace(calm, schedule=schedule)))
    return cohort


def members(workspace: Workspace, cohort: FailureCohort) -> list[Device]:
    return [device for device in workspace.devices.all() if is_of(cohort, device)]


def errors(workspace: Workspace, device: Device) -> list[str]:
    return [event.detail for event in workspace.devices.timeline(device.id) if event.kind is EventKind.ERROR]


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (FailureCause.OS_VERSION, "refuses the new key"),
        (FailureCause.PROXY, "rejected by a proxy"),
        (FailureCause.CARRIER, "lost in the network of"),
    ],
)
def test_a_cohort_fails_again_and_again_and_nobody_else(fleet: Draw, cause: FailureCause, said: str) -> None:
    workspace = fleet(devices=60, mix=PHONES)
    cohort = with_cohort(workspace, cause)
    group = rotate(workspace)
    renew_all(workspace)
    run(workspace, days=5)
    failing = members(workspace, cohort)
    assert failing
    for device in workspace.devices.all():
        if device in failing:
            assert device.renewal is not None and device.renewal.waits_for is WaitsFor.ERROR
            assert len(errors(workspace, device)) > 4
            assert all(said in error for error in errors(workspace, device))
        else:
            assert (device.issuer_group, errors(workspace, device)) == (group, [])
    found = simulation_status(workspace).renewal.failing
    assert found.failing == len(failing)
    if len(failing) > 2:
        assert found.common is not None and found.common.failing == len(failing)
        assert failing_line(found).startswith(f"{len(failing)} of {len(failing)} failing devices: ")


def test_another_os_version_ends_it_for_a_device(fleet: Draw) -> None:
    workspace = fleet(devices=40, mix=PHONES)
    cohort = with_cohort(workspace)
    group = rotate(workspace)
    renew_all(workspace)
    run(workspace, days=3)
    first, *others = members(workspace, cohort)
    put(workspace, replace(first, os_version="99.1"))
    run(workspace, days=3)
    assert workspace.devices.get(first.id).issuer_group == group
    assert all(workspace.devices.get(one.id).renewal is not None for one in others)


def test_the_trainer_ends_it(fleet: Draw) -> None:
    workspace = fleet(devices=40, mix=PHONES)
    cohort = with_cohort(workspace, FailureCause.PROXY)
    with pytest.raises(Refusal) as early:
        fix(workspace, FailureCause.PROXY)  # nobody knows of it yet
    assert early.value.code == "nothing-to-fix"
    group = rotate(workspace)
    renew_all(workspace)
    run(workspace, days=3)
    with pytest.raises(Refusal):
        fix(workspace, FailureCause.OS_VERSION)
    assert fix(workspace, FailureCause.PROXY).fixed_at == workspace.now()
    run(workspace, days=3)
    assert {device.issuer_group for device in members(workspace, cohort)} == {group}
    with pytest.raises(Refusal):
        fix(workspace, FailureCause.PROXY)


def test_it_ends_by_itself_some_weeks_after_the_first_failure(fleet: Draw) -> None:
    workspace = fleet(devices=40, mix=PHONES)
    cohort = with_cohort(workspace)
    rotate(workspace)
    renew_all(workspace)
    run(workspace, days=1)
    [begun] = failures_of(workspace).cohorts
    assert begun.since is not None and begun.ends_at == begun.since + timedelta(days=45)
    run(workspace, days=43)
    assert all(device.renewal is not None for device in members(workspace, cohort))
    run(workspace, days=14)  # by then they are tried every nine days only
    assert not any(device.renewal is not None for device in members(workspace, cohort))


def test_some_devices_never_succeed(fleet: Draw) -> None:
    workspace = without_push(fleet(devices=40, mix=PHONES))
    with_cohort(workspace)
    with workspace.database.transaction():
        put_failures(workspace, Failures(never={Platform.IOS: 200}))
    failing = Failing(failures_of(workspace))
    stuck = {device.id for device in workspace.devices.all() if failing.renewal_error(device, 0)}
    assert 0 < len(stuck) < 20
    rotate(workspace)
    renew_all(workspace)
    run(workspace, days=60)
    for device in workspace.devices.all():
        if device.enrolled_at is not None and device.enrolled_at < MONDAY and device.state.is_admitted:
            assert (device.renewal is not None) is (device.id in stuck)


def test_a_cohort_rejects_policies(fleet: Draw) -> None:
    workspace = fleet(devices=40, mix=PHONES, habits=SUPERVISED)
    cohort = with_cohort(workspace, FailureCause.PROFILE)
    bring_for(workspace, workspace.devices.all())
    workspace.policies.create("Field VPN", vpn=VPN)
    run(workspace, days=4)
    for device in workspace.devices.all():
        waiting = device.policy_pending(1)
        assert (waiting is not None) is is_of(cohort, device)
        assert waiting is None or waiting.waits_for is WaitsFor.ERROR
    fix(workspace, FailureCause.PROFILE)
    run(workspace, days=12)
    assert all(device.policies[0].is_installed for device in workspace.devices.all())


def lives(workspace: Workspace, cause: FailureCause, *stretches: int, workers: int = 1) -> LogDigest:
    with_cohort(workspace, cause, days=6)
    rotate(workspace)
    renew_all(workspace)
    for days in stretches:
        run(workspace, days=days, workers=workers)
    return workspace.devices.log_digest()


@pytest.mark.parametrize("cause", [FailureCause.OS_VERSION, FailureCause.CARRIER])
def test_however_the_time_is_cut_the_history_is_the_same(fleet: Draw, cause: FailureCause) -> None:
    at_once = lives(fleet(devices=60, mix=PHONES), cause, 9)
    assert lives(fleet(devices=60, mix=PHONES), cause, 1, 3, 5) == at_once
    assert lives(fleet(devices=60, mix=PHONES), cause, 7, 2, workers=2) == at_once
