"""Policies in a simulated fleet: each device gets them when it connects, with its certificate; none gets stuck."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from certfleet.simulator.engine.behaviour.next_step import next_step
from certfleet.simulator.engine.simulator import RunProgress, Simulator
from certfleet.simulator.fleet.enrolling import re_enroll
from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.store.devices.events import LogDigest
from certfleet.store.devices.presence import last_seen
from certfleet.store.model.device import Device, Platform
from certfleet.store.model.device_event import EventKind
from certfleet.store.model.policy import Assignment, ConnectionType
from certfleet.store.policies.report import DeploymentStatus
from certfleet.store.workspace import Workspace
from tests.store.policies.material import VPN as ALWAYS_ON
from tests.store.policies.material import bring

from ..conftest import MONDAY, Draw, put, renew_all, rotate, run, without_push

VPN = replace(ALWAYS_ON, connection_type=ConnectionType.IKEV2)  # which unsupervised devices take too
PHONES = {Platform.IOS: 1}
SUPERVISED = "[ios]\nsupervised = 1000\n"  # all of them take a VPN policy
SUPERVISED_WHO_COME = f"{SUPERVISED}by_itself = 1000\nignores = 0\n"


def bring_for(workspace: Workspace, devices: list[Device]) -> None:
    """A certificate for each of them that tells a serial number."""
    bring(workspace, *(device.serial_number for device in devices if device.serial_number))


def kinds(workspace: Workspace) -> Counter[EventKind]:
    return Counter(event.kind for event in workspace.devices.events(limit=100_000))


def give_habits(workspace: Workspace, **habits: int) -> None:
    for device in workspace.devices.all():
        assert device.habits is not None
        calm = {"not_now": 0, "errors": 0, "losses": 0, "restores": 0}
        put(workspace, replace(device, habits=replace(device.habits, **{**calm, **habits})))


def test_every_device_that_connects_gets_the_policy_with_its_certificate(fleet: Draw) -> None:
    workspace = fleet(devices=120, habits=SUPERVISED)
    phones = [device for device in workspace.devices.all() if device.platform is Platform.IOS]
    bring_for(workspace, phones[::2])
    workspace.policies.create("Field VPN", vpn=VPN)
    run(workspace, days=5)
    certified = {device.id for device in phones[::2]}
    for device in workspace.devices.all():
        seen = last_seen(device, workspace.now())
        if device.platform is not Platform.IOS:
            assert (device.policies, device.policy_pending(1)) == ((), None)
        elif device.policy_pending(1) is None:
            (placed,) = device.policies
            assert placed.is_installed == (device.id in certified)
        else:
            assert seen is None or seen < MONDAY + timedelta(days=5)
    counts = workspace.policies.report(1).counts()
    assert counts[DeploymentStatus.INSTALLED] > len(certified) * 0.8
    assert counts[DeploymentStatus.WITHOUT_CERTIFICATE] > (len(phones) - len(certified)) * 0.8
    assert workspace.check().clean


def lives(workspace: Workspace, *stretches: int, workers: int = 1) -> LogDigest:
    """A fleet with policies and a rotation, in stretches of so many days; the digest of what happened."""
    phones = [device for device in workspace.devices.all() if device.platform is Platform.IOS]
    bring_for(workspace, phones[::2])
    workspace.policies.create("Field VPN", vpn=VPN)
    workspace.policies.create("Others", vpn=VPN, assignment=Assignment(filter="-model:ipad"))
    rotate(workspace)
    renew_all(workspace)
    for days in stretches:
        run(workspace, days=days, workers=workers)
    workspace.policies.delete(2)
    run(workspace, days=4)
    assert workspace.check().clean
    return workspace.devices.log_digest()


def test_however_the_time_is_cut_the_history_is_the_same(fleet: Draw) -> None:
    at_once = lives(fleet(devices=80, habits=SUPERVISED), 6)
    assert lives(fleet(devices=80, habits=SUPERVISED), 1, 2, 3) == at_once
    assert lives(fleet(devices=80, habits=SUPERVISED), 4, 2, workers=2) == at_once


@pytest.mark.parametrize("habit", ["not_now", "errors", "losses"])
def test_a_device_that_puts_it_off_is_asked_again(fleet: Draw, habit: str) -> None:
    workspace = fleet(devices=60, mix=PHONES, habits=SUPERVISED)
    give_habits(workspace, **{habit: 1000})
    bring_for(workspace, workspace.devices.all())
    workspace.policies.create("Field VPN", vpn=VPN)
    run(workspace, hours=20)
    delayed = kinds(workspace)[EventKind.POLICY_DELAYED]
    assert delayed > 5
    place = DeploymentStatus.PENDING if habit == "not_now" else DeploymentStatus.FAILED
    assert workspace.policies.report(1).counts()[place] > 0
    run(workspace, days=9)
    counts = workspace.policies.report(1).counts()
    assert counts[DeploymentStatus.INSTALLED] > 50
    assert counts[DeploymentStatus.FAILED] == 0


def test_a_policy_that_is_put_off_does_not_hold_up_the_renewal_nor_the_other_way_round(fleet: Draw) -> None:
    workspace = fleet(devices=60, mix=PHONES, habits=SUPERVISED)
    give_habits(workspace, errors=1000)
    bring_for(workspace, workspace.devices.all())
    group = rotate(workspace)
    renew_all(workspace)
    workspace.policies.create("Field VPN", vpn=VPN)
    run(workspace, days=1)
    apart = Counter((device.renewal is None, device.policy_pending(1) is None) for device in workspace.devices.all())
    assert apart[True, False] and apart[False, True]
    run(workspace, days=12)
    done = [device for device in workspace.devices.all() if not device.pending]
    assert len(done) > 50
    assert {device.issuer_group for device in done} == {group}
    assert all(device.policies[0].is_installed for device in done)


def test_a_device_that_re_enrolls_has_its_policies_at_once(fleet: Draw) -> None:
    workspace = without_push(fleet(devices=30, mix=PHONES, habits=SUPERVISED_WHO_COME))
    bring_for(workspace, workspace.devices.all())
    workspace.policies.create("Field VPN", vpn=VPN)
    re_enroll(workspace, [1])
    assert workspace.devices.get(1).policies[0].is_installed
    run(workspace, days=400)
    again = [device for device in workspace.devices.all() if (device.enrolled_at or MONDAY) > MONDAY]
    assert len(again) > 20
    for device in again:
        assert device.policies[0].at >= (device.enrolled_at or MONDAY)
        assert device.policies[0].is_installed
        assert device.pending == ()
    assert workspace.check().clean


def test_a_fleet_that_is_drawn_later_gets_the_policies_that_are_there(tmp_path: Path) -> None:
    with Workspace.open(None, start=MONDAY) as workspace:
        workspace.policies.create("Field VPN", vpn=VPN)
        draw_fleet(workspace, FleetPlan(devices=20, mix=PHONES, habits=SUPERVISED, churn=0))
        assert all(device.policies == () and device.policy_pending(1) for device in workspace.devices.all())
        bring_for(workspace, workspace.devices.all())
        run(workspace, days=5)
        assert workspace.policies.report(1).counts()[DeploymentStatus.INSTALLED] > 15


def test_where_nothing_can_be_pushed_it_waits(fleet: Draw) -> None:
    workspace = fleet(devices=30, mix=PHONES, habits=SUPERVISED)
    bring_for(workspace, workspace.devices.all())
    workspace.components.unbind("apns")
    workspace.policies.create("Field VPN", vpn=VPN)
    run(workspace, days=3)
    assert workspace.policies.report(1).counts()[DeploymentStatus.PENDING] == 30
    without_push(workspace)
    run(workspace, days=4)
    assert workspace.policies.report(1).counts()[DeploymentStatus.INSTALLED] > 25


def test_a_deleted_policy_and_a_deleted_certificate_go_off(fleet: Draw) -> None:
    workspace = fleet(devices=30, mix=PHONES, habits=SUPERVISED)
    give_habits(workspace)
    devices = workspace.devices.all()
    bring_for(workspace, devices)
    workspace.policies.create("Field VPN", vpn=VPN)
    run(workspace, days=4)
    first = [device for device in workspace.devices.all() if device.policies][:10]
    workspace.bulk.delete([device.serial_number for device in first], identity_type=VPN.identity_type)  # type: ignore[arg-type]
    run(workspace, days=4)
    counts = workspace.policies.report(1).counts()
    assert counts[DeploymentStatus.WITHOUT_CERTIFICATE] >= 8
    workspace.policies.delete(1)
    run(workspace, days=4)
    assert sum(bool(device.policies) for device in workspace.devices.all()) <= 2
    assert workspace.check().clean


def test_an_idle_device_costs_nothing(fleet: Draw) -> None:
    workspace = fleet(devices=30, mix=PHONES, habits=SUPERVISED)
    give_habits(workspace)
    bring_for(workspace, workspace.devices.all())
    before = {device.id: next_step(device, int(MONDAY.timestamp())) for device in workspace.devices.all()}
    workspace.policies.create("Field VPN", vpn=VPN)
    asked = {device.id: next_step(device, int(MONDAY.timestamp())) for device in workspace.devices.all()}
    assert all(asked[id] != step for id, step in before.items())
    run(workspace, days=4)
    now = int(workspace.now().timestamp())
    for device in workspace.devices.all():
        step = next_step(device, now)
        if not device.pending and step is not None:
            assert step.at > (device.not_after or MONDAY).timestamp()


def test_what_others_do_about_policies_while_it_runs_is_taken_in(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "workspace", devices=60, mix=PHONES, habits=SUPERVISED)
    rotate(workspace)
    renew_all(workspace)
    with Workspace.open(tmp_path / "workspace") as other, Simulator(workspace) as simulator:
        names = iter(f"VPN {number}" for number in range(100))

        def meddle(told: RunProgress) -> None:
            other.poll()
            if len(other.policies.list()) < 3:
                other.policies.create(next(names), vpn=VPN)
            else:
                other.policies.delete(other.policies.list()[0].id)
            serials = [device.serial_number for device in other.devices.all()[:5]]
            bring(other, *serials)

        simulator.run(MONDAY + timedelta(days=2), progress=meddle)
        other.poll()
        assert len(other.policies.list()) > 1
        simulator.run(MONDAY + timedelta(days=9))
    there = {policy.id for policy in workspace.policies.list()}
    for device in workspace.devices.all():
        if not device.pending:
            assert {placed.policy_id for placed in device.policies} == there
            assert device.policies[0].is_installed == (device.id <= 5)
    assert workspace.check().clean
