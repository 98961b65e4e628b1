"""The load of the server at its peak: the same as counted from the certificates, however a run is cut."""

from __future__ import annotations

from collections import Counter

from certfleet.simulator.engine.state.load import keep_load, peak_load
from certfleet.simulator.engine.status.status import simulation_status
from certfleet.store.model.simulation import PeakLoad
from certfleet.store.views.simulation import load_lines
from certfleet.store.workspace import Workspace

from ...conftest import MONDAY, Draw, renew_all, rotate, run


def issued_in_the_busiest_minute(workspace: Workspace, group: str) -> tuple[int, int]:
    """How many certificates of a group were issued in a minute, and in which."""
    minutes = Counter(
        int(certificate.issued_at.timestamp()) // 60
        for device in workspace.devices.all()
        for certificate in workspace.devices.certificates(device.id)
        if certificate.group == group and certificate.reason != "enrollment"
    )
    return min((-count, minute) for minute, count in minutes.items())


def load_of(workspace: Workspace) -> PeakLoad:
    load = peak_load(workspace)
    assert load is not None
    return load


def test_the_peak_is_that_of_the_certificates_and_check_ins_since_the_rotation(fleet: Draw) -> None:
    workspace = fleet(devices=120)
    group = rotate(workspace)
    run(workspace, hours=10)
    renew_all(workspace)
    run(workspace, hours=2.5)
    run(workspace, days=3)
    load = load_of(workspace)
    count, minute = issued_in_the_busiest_minute(workspace, group)
    assert load.group == group
    assert load.certificates.at is not None
    assert (-load.certificates.count, load.certificates.at.timestamp() // 60) == (count, minute)
    assert load.check_ins.count > load.certificates.count > 10  # a new certificate is used a moment later
    document = simulation_status(workspace).load
    assert document is not None
    assert load_lines(document, 1000)[-1] == "the server sends 1,000 pushes a minute"
    assert load_lines(document, 1)[0] == (
        f"at most {load.check_ins.count} check-ins a minute ({load.check_ins.at:%Y-%m-%d %H:%M})"
    )


def test_a_rotation_begins_a_new_count(fleet: Draw) -> None:
    workspace = fleet(devices=60)
    rotate(workspace)
    renew_all(workspace)
    run(workspace, days=2)
    before = load_of(workspace)
    group = rotate(workspace)
    run(workspace, hours=1)
    workspace.devices.renew([1, 2])
    run(workspace, days=1)
    after = load_of(workspace)
    assert after.group == group
    assert after.certificates.count <= 2 < before.certificates.count


def test_nothing_has_happened_yet(fleet: Draw) -> None:
    workspace = fleet()
    assert simulation_status(workspace).load is None
    assert load_lines(None, 1000) == []


def test_a_minute_that_a_window_ends_in_goes_on_in_the_next(fleet: Draw) -> None:
    workspace = fleet()
    first = int(MONDAY.timestamp()) // 60
    with workspace.database.transaction():
        keep_load(workspace, "default", Counter({first: 2, first + 1: 3}), Counter())
        keep_load(workspace, "default", Counter({first + 1: 2, first + 2: 4}), Counter({first + 2: 1}))
    load = load_of(workspace)
    assert (load.check_ins.count, load.check_ins.last_count, load.certificates.count) == (5, 4, 1)
    assert workspace.check().clean
