"""The engine: a rotation from start to end, the same history for any windows, and nobody locked out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from certfleet.simulator.engine.simulator import RunProgress, Simulator
from certfleet.simulator.engine.state.simulation_record import history
from certfleet.simulator.engine.status.status import simulation_status
from certfleet.simulator.fleet.enrolling import signing_request
from certfleet.store.devices.presence import last_seen
from certfleet.store.errors import Refusal
from certfleet.store.model.device import CertificateState, DeviceIdentity, DeviceState, Platform
from certfleet.store.model.device_event import EventKind
from certfleet.store.workspace import Workspace
from tests.documents import as_json
from tests.material import needs_openssl

from ..conftest import MONDAY, THEY_COME, Draw, renew_all, rotate, run, without_push


def test_a_rotation_reaches_every_device_that_connects(fleet: Draw) -> None:
    workspace = fleet(devices=400)
    group = rotate(workspace)
    asked = workspace.devices.renew(device.id for device in workspace.devices.all())
    assert {device.platform for device in asked.pending} == {Platform.IOS, Platform.MACOS, Platform.ANDROID}
    assert {device.platform for device, _ in asked.refused} == {Platform.WINDOWS}
    assert {refusal.code for _, refusal in asked.refused} == {"windows-must-re-enroll"}

    run(workspace, days=14)

    now = workspace.now()
    for device in workspace.devices.all():
        seen = last_seen(device, now)
        if device.platform is Platform.WINDOWS:
            by_hand = EventKind.RE_ENROLLED in [event.kind for event in workspace.devices.timeline(device.id)]
            assert (device.issuer_group == group) == by_hand
        elif seen is not None and seen > MONDAY + timedelta(hours=1):
            assert device.issuer_group == group or device.renewal is not None
            fails = EventKind.ERROR in [event.kind for event in workspace.devices.timeline(device.id)]
            assert device.issuer_group == group or now - seen < timedelta(days=1) or fails
        else:
            assert device.renewal is not None
        assert device.state.is_admitted
    counts = workspace.devices.counts()
    assert sum(counts.groups.values()) == sum(counts.states.values()) == counts.total == 400
    assert counts.groups[group] > 350
    status = as_json(simulation_status(workspace))["renewal"]
    parts = ("crossed", "pending", "to_re_enroll", "not_asked")
    assert sum(sum(status[part].values()) for part in parts) == 400


@needs_openssl
def test_openssl_verifies_what_was_issued(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(devices=40)
    rotate(workspace)
    renew_all(workspace)
    run(workspace, days=10)
    epoch = str(as_json(simulation_status(workspace))["clock"]["epoch"])
    for device in workspace.devices.all():
        certificate = workspace.devices.records.certificate(device.certificate_id or 0)
        for name, link in zip(("leaf", "ca", "root"), workspace.devices.chain_of(certificate), strict=True):
            (tmp_path / name).write_bytes(link.public_bytes(Encoding.PEM))
        line = ["openssl", "verify", "-x509_strict", "-attime", epoch, "-CAfile", "root", "-untrusted", "ca", "leaf"]
        verified = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert verified.stdout == "leaf: OK\n", verified.stderr


def story(workspace: Workspace, cuts: list[float], workers: int = 1) -> tuple[object, ...]:
    """A rotation that is ready after 30 hours, renewals before and after; in stretches of so many hours."""
    workspace.authorities.refresh(ready_after=timedelta(hours=30))
    workspace.devices.renew(device.id for device in workspace.devices.all() if device.id % 2)
    for hours in cuts:
        run(workspace, workers=workers, hours=hours)
    renew_all(workspace)
    for hours in cuts:
        run(workspace, workers=workers, hours=hours)
    return simulation_status(workspace), history(workspace), workspace.devices.log_digest()


@pytest.mark.slow
def test_the_history_is_the_same_however_time_is_cut_and_work_is_spread(fleet: Draw, drawn: Draw) -> None:
    whole = story(fleet(devices=150, churn=350), [120])
    assert story(drawn(devices=150, habits=THEY_COME), [0.1, 2.9, 5, 0.5, 11.5, 100]) == whole
    assert story(fleet(devices=150, churn=350), [120], workers=2) == whole


def test_notices_count_the_same_however_time_is_cut(fleet: Draw) -> None:
    """Renewals go on around the Mondays on which certificates that expire are counted."""

    def told(cuts: list[float]) -> list[tuple[str, datetime, str]]:
        workspace = fleet(devices=150, churn=350)
        workspace.devices.renew(device.id for device in workspace.devices.all() if device.id % 3 == 0)
        for days in cuts:
            run(workspace, days=days)
        return sorted((notice.key, notice.at, notice.text) for notice in workspace.notices.list())

    whole = told([28])
    assert sum(key.startswith("device-certificates-expiry") for key, _, _ in whole) == 3
    assert told([6.9, 0.1, 0.24, 0.02, 6.74, 14]) == whole


def test_the_clock_stands_where_it_was_asked_to(fleet: Draw) -> None:
    workspace = fleet(devices=5)
    report = run(workspace, days=3)
    assert report.started_at == MONDAY
    assert report.ended_at == workspace.now() == MONDAY + timedelta(days=3)


def test_a_group_becomes_ready_at_its_time_with_one_notice(fleet: Draw) -> None:
    workspace = fleet(devices=10)
    workspace.authorities.refresh(ready_after=timedelta(hours=24))
    run(workspace, hours=23)
    assert workspace.authorities.issuing().name == "default"
    assert workspace.notices.list() == []
    run(workspace, hours=1)
    assert workspace.authorities.issuing().name == "group-2"
    run(workspace, days=2)
    (notice,) = workspace.notices.list()
    assert notice.at == MONDAY + timedelta(hours=24)


def test_a_certificate_left_to_expire_locks_the_device_out_until_it_re_enrolls(fleet: Draw) -> None:
    workspace = without_push(fleet(devices=30))
    run(workspace, days=390)
    turned_away = re_enrolled = 0
    for device in workspace.devices.all():
        kinds = [event.kind for event in workspace.devices.timeline(device.id)]
        if EventKind.TURNED_AWAY in kinds:
            turned_away += 1
            after = kinds[kinds.index(EventKind.TURNED_AWAY) + 1 :]
            if EventKind.RE_ENROLLED in after:
                re_enrolled += 1
            else:
                assert device.state is DeviceState.MUST_RE_ENROLL
    assert turned_away > 20
    assert re_enrolled > 20
    assert workspace.devices.counts().states[DeviceState.ENROLLED] >= re_enrolled


def test_a_device_that_is_gone_keeps_its_renewal_until_its_certificate_ends(fleet: Draw) -> None:
    workspace = fleet(devices=300)
    gone = [
        device
        for device in workspace.devices.all()
        if device.habits is not None
        and device.platform is not Platform.WINDOWS
        and (device.habits.schedule.gone_at or 2**60) < MONDAY.timestamp()
    ]
    assert gone
    rotate(workspace)
    renew_all(workspace)
    run(workspace, days=30)
    for device in gone:
        assert workspace.devices.get(device.id).renewal is not None
        seen = last_seen(device, workspace.now())
        assert seen is not None
        assert seen < MONDAY


def test_revoked_devices_are_turned_away_and_stay_out(fleet: Draw) -> None:
    workspace = fleet(devices=20)
    workspace.devices.revoke([4])
    run(workspace, days=20)
    device = workspace.devices.get(4)
    assert device.state is DeviceState.REVOKED
    assert device.pending == ()
    assert [event.kind for event in workspace.devices.timeline(4)][-1] is EventKind.TURNED_AWAY


def test_what_others_do_while_it_runs_is_taken_in(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "workspace", devices=60)
    with Workspace.open(tmp_path / "workspace") as other, Simulator(workspace) as simulator:
        simulator.run(MONDAY + timedelta(days=1))
        other.poll()
        group = other.authorities.refresh(ready_after=timedelta(0)).name
        other.devices.renew(device.id for device in other.devices.all())
        simulator.run(MONDAY + timedelta(days=9))
        other.poll()
        assert other.now() == MONDAY + timedelta(days=9)
        assert other.devices.counts().groups[group] > 45


def test_what_others_do_right_after_a_window_is_taken_in(fleet: Draw, tmp_path: Path) -> None:
    """A renewal that comes in between a commit and the next look must not be taken for the simulator's own change."""
    workspace = fleet(tmp_path / "workspace", devices=40)
    rotate(workspace)
    renew_all(workspace)
    asked: set[int] = set()
    with Workspace.open(tmp_path / "workspace") as other, Simulator(workspace) as simulator:

        def ask_again(told: RunProgress) -> None:
            other.poll()
            done = [device.id for device in other.devices.all() if device.renewal is None and device.id not in asked]
            asked.update(device.id for device in other.devices.renew(done[:3]).pending)

        simulator.run(MONDAY + timedelta(days=2), progress=ask_again)
        simulator.run(MONDAY + timedelta(days=20))
    assert len(asked) > 5
    assert [id for id in asked if workspace.devices.get(id).renewal is not None] == []


def test_a_busy_workspace_does_not_stop_the_clock(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "workspace", devices=60)
    rotate(workspace)
    renew_all(workspace)
    phone = workspace.devices.add(DeviceIdentity(platform=Platform.IOS, serial_number="REALDEVICE1"))
    ended = threading.Event()
    with Workspace.open(tmp_path / "workspace") as other:

        def enroll() -> None:
            while not ended.wait(0.03):
                other.devices.enroll(phone.id, signing_request(bytes(32), 1, 1))

        thread = threading.Thread(target=enroll)
        thread.start()
        try:
            run(workspace, days=3)
        finally:
            ended.set()
            thread.join()
    assert workspace.now() == MONDAY + timedelta(days=3)
    ids = [record.id for device in workspace.devices.all() for record in workspace.devices.certificates(device.id)]
    assert len(ids) == len(set(ids))
    assert workspace.check().clean


def test_one_at_a_time(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "workspace", devices=5)
    with (
        Simulator(workspace),
        Workspace.open(tmp_path / "workspace") as other,
        pytest.raises(Refusal, match="simulator-running"),
        Simulator(other),
    ):
        pass
    with Simulator(workspace):
        pass


def test_without_a_fleet_or_a_virtual_clock_there_is_nothing_to_simulate() -> None:
    with Workspace.open(None) as workspace, pytest.raises(Refusal, match="clock-is-wall"), Simulator(workspace):
        pass
    with (
        Workspace.open(None, start=MONDAY) as workspace,
        pytest.raises(Refusal, match="no-fleet"),
        Simulator(workspace),
    ):
        pass


def test_a_busy_fleet_ends_with_one_active_certificate_each(fleet: Draw) -> None:
    workspace = fleet(devices=120)
    for _ in range(3):
        rotate(workspace)
        renew_all(workspace)
        run(workspace, days=40)
    for device in workspace.devices.all():
        states = Counter(certificate.state for certificate in workspace.devices.certificates(device.id))
        assert states[CertificateState.ACTIVE] == 1
        held = device.held(device.certificate_id)
        assert held is not None
        assert (held.group, held.not_after) == (device.issuer_group, device.not_after)
    assert workspace.devices.records.log.computed() == workspace.devices.log_digest()


@pytest.mark.slow
def test_killed_again_and_again_it_ends_where_an_undisturbed_run_ends(fleet: Draw, tmp_path: Path) -> None:
    undisturbed = fleet(devices=300)
    workspace = fleet(tmp_path / "workspace", devices=300)
    for one in (undisturbed, workspace):
        rotate(one)
        renew_all(one)
    until = MONDAY + timedelta(days=12)
    run(undisturbed, days=12)

    kills = 0
    while workspace.now() < until:
        left = (until - workspace.now()).total_seconds()
        line = [sys.executable, "-c", PROGRAM, str(tmp_path / "workspace"), str(int(left))]
        child = subprocess.Popen(line, stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        if kills < 5:
            time.sleep(0.01 * kills)
            os.kill(child.pid, signal.SIGKILL)
            kills += 1
        child.stdout.close()
        child.wait()
        workspace.catch_up()

    assert kills == 5
    assert simulation_status(workspace) == simulation_status(undisturbed)
    assert history(workspace) == history(undisturbed)
    report = workspace.check()
    assert report.clean, report.problems


# It commits small windows, so that a kill falls between two of them, or into one.
PROGRAM = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from certfleet.simulator.engine import simulator as engine
from certfleet.store.workspace import Workspace
engine.BATCH = 40
with Workspace.open(Path(sys.argv[1])) as workspace, engine.Simulator(workspace) as simulator:
    until = workspace.now() + timedelta(seconds=int(sys.argv[2]))
    simulator.run(until, progress=lambda told: print(told.now, flush=True))
"""
