"""Time after the last device CA has expired: it continues, nobody gets a certificate, and a new group helps."""

from __future__ import annotations

from datetime import timedelta

from certfleet.simulator.engine.simulator import Simulator
from certfleet.store.model.authority import AuthorityRole
from certfleet.store.model.device import DeviceState
from certfleet.store.workspace import Workspace

from ..conftest import THEY_COME, Draw, rotate, run, without_push


def before_the_end(workspace: Workspace, **time: float) -> None:
    """Put the clock so long before the moment at which the device CA of ``default`` expires."""
    workspace.set_clock(workspace.authorities.of_group("default")[AuthorityRole.DEVICE].not_after - timedelta(**time))


def must_re_enroll(workspace: Workspace) -> int:
    return workspace.devices.counts().states[DeviceState.MUST_RE_ENROLL]


def test_the_clock_runs_on_and_everybody_is_turned_away(fleet: Draw) -> None:
    workspace = fleet(devices=60)
    before_the_end(workspace, days=30)

    run(workspace, days=90)

    end = workspace.authorities.of_group("default")[AuthorityRole.DEVICE].not_after
    certificates = [
        record for device in workspace.devices.all() for record in workspace.devices.certificates(device.id)
    ]
    assert max(record.not_after for record in certificates) == end
    assert all(record.issued_at < end and record.not_before < record.not_after for record in certificates)
    assert must_re_enroll(workspace) > 50
    assert workspace.check().clean


def test_users_re_enroll_once_there_is_a_new_group(fleet: Draw) -> None:
    nobody_away = THEY_COME.replace("ignores = 0\n", "ignores = 0\nlong_leave = 0\n")
    workspace = without_push(fleet(devices=60, habits=nobody_away))
    before_the_end(workspace, days=1)
    run(workspace, days=30)
    stranded = must_re_enroll(workspace)

    workspace.authorities.refresh(name="late", ready_after=timedelta(hours=24))
    run(workspace, hours=20)
    assert must_re_enroll(workspace) == stranded
    run(workspace, days=60)

    assert must_re_enroll(workspace) == 0
    assert workspace.devices.counts().groups["late"] >= stranded


def test_the_history_is_the_same_however_time_is_cut(fleet: Draw) -> None:
    whole, pieces = fleet(devices=60), fleet(devices=60)
    for workspace in (whole, pieces):
        before_the_end(workspace, days=10)
    run(whole, days=30)
    for _ in range(60):
        run(pieces, hours=12)
    assert whole.devices.log_digest() == pieces.devices.log_digest()


def test_an_older_group_issues_again_when_the_newest_has_expired(fleet: Draw) -> None:
    """A group that was requested first became ready last, so it issues, and expires first."""
    workspace = fleet(devices=60)
    workspace.authorities.refresh(name="slow", ready_after=timedelta(days=200))
    run(workspace, days=100)
    quick = rotate(workspace)
    run(workspace, days=150)
    assert workspace.authorities.issuing().name == "slow"
    end = workspace.authorities.of_group("slow")[AuthorityRole.DEVICE].not_after
    workspace.set_clock(end - timedelta(days=3))

    with Simulator(workspace) as simulator:
        simulator.run(end + timedelta(days=3))

    issued = [record for device in workspace.devices.all() for record in workspace.devices.certificates(device.id)]
    assert {record.group for record in issued if record.issued_at > end} == {quick}
    assert workspace.check().clean
