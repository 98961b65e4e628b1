"""What stops devices has the same history, however time is cut and whoever interrupts it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.engine.state.simulation_record import history
from certfleet.store.devices.events import LogDigest
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.model.audit import Actor
from certfleet.store.model.component import Component
from certfleet.store.model.device_event import EventKind
from certfleet.store.workspace import Workspace
from tests.store.deployment import DAY, bring, push, replace, trusted, use

from ..conftest import MONDAY, rotate, run
from .deployments import (
    OWNER,
    PRIVATE,
    deployment,
    events,
    populate,
    seen,
    server,
    states,
)

ACTS: tuple[tuple[float, Callable[[Workspace, dict[str, Component]], object]], ...] = (
    (3.5, lambda workspace, used: replace(workspace, used["mdm-ssl"], server(7, PRIVATE))),
    (4.5, lambda workspace, used: workspace.trust.deploy(bring(workspace, PRIVATE, key=False).id, antivirus=True)),
    (6.25, lambda workspace, used: workspace.devices.renew(device.id for device in workspace.devices.all())),
    (9.0, lambda workspace, used: replace(workspace, used["mdm-ssl"], server(300, PRIVATE))),
    (11.5, lambda workspace, used: workspace.apns.renew(OWNER, confirmed=True)),
    (13.0, lambda workspace, used: replace(workspace, used["gateway-ssl"], server(300))),
)
"""A bad fortnight: to a private root, deployed too late; an outage from day 7 to 9; push lost on day 8; no gateway from
10 to 13."""


def bad_fortnight(workspace: Workspace) -> dict[str, Component]:
    use(workspace, "apns", push(not_before=MONDAY - 10 * DAY, days=18))
    workspace.apns.register(OWNER)
    used = {
        "mdm-ssl": trusted(workspace, "mdm-ssl", server(200)),
        "gateway-ssl": trusted(workspace, "gateway-ssl", server(10)),
    }
    populate(workspace, 150)
    rotate(workspace)
    return used


def outcome(workspace: Workspace) -> tuple[LogDigest, Counter[str], object, list[str], object]:
    interruptions = [(one.capability, one.since, one.until) for one in workspace.impact.interruptions().list()]
    notices = sorted(notice.key for notice in workspace.notices.list())
    return workspace.devices.log_digest(), states(workspace), interruptions, notices, history(workspace)[-1]


def played(workspace: Workspace, cuts: Iterable[float], *, workers: int = 1) -> Workspace:
    """The fortnight in stretches that also end at ``cuts`` (days)."""
    used = bad_fortnight(workspace)
    acts = dict(ACTS)
    for day in sorted({*acts, *cuts, 20.0}):
        with Simulator(workspace, workers=workers) as simulator:
            simulator.run(MONDAY + day * DAY)
        if day in acts:
            acts[day](workspace, used)
    return workspace


@pytest.mark.slow
def test_the_same_history_however_time_is_cut_and_work_is_spread() -> None:
    workspace = played(deployment(), [])
    whole = outcome(workspace)
    assert {event.kind for event in workspace.devices.events(100_000)} >= {
        EventKind.CHECK_IN_FAILED,
        EventKind.ENROLLMENT_REFUSED,
        EventKind.PUSH_LOST,
        EventKind.ROOT_INSTALLED,
        EventKind.RENEWED,
        EventKind.RE_ENROLLED,
    }
    cuts = [0.3, 7.0, 7.0 + 1 / 86_400, 7.0 + 2 / 86_400, 7.5, 8.0, 8.0 + 1 / 86_400, 8.4, 9.01, 10.0, 12.2, 16.0]
    assert outcome(played(deployment(), cuts)) == whole
    assert outcome(played(deployment(), [8.3], workers=2)) == whole


def after_windows(count: int) -> Callable[[], bool]:
    left = iter(range(count))
    return lambda: next(left, None) is None


@pytest.mark.slow
def test_the_same_history_after_interruptions(tmp_path: Path) -> None:
    """Stopped after every window, and opened again by another process's eyes."""
    whole = outcome(played(deployment(), []))
    acts = dict(ACTS)
    with deployment(tmp_path / "workspace") as workspace:
        used = bad_fortnight(workspace)
    stops = 0
    for day in sorted({*acts, 20.0}):
        until = MONDAY + day * DAY
        while True:
            with Workspace.open(tmp_path / "workspace", actor=Actor("alice")) as workspace:
                if workspace.now() >= until:
                    if day in acts:
                        acts[day](workspace, used)
                    break
                with Simulator(workspace) as simulator:
                    simulator.run(until, stop=after_windows(1))
                stops += 1
    assert stops > 15
    with Workspace.open(tmp_path / "workspace") as workspace:
        assert outcome(workspace) == whole
        assert workspace.check().clean


def test_who_simulates_sees_what_somebody_else_replaced(tmp_path: Path) -> None:
    with deployment(tmp_path / "workspace") as workspace, Workspace.open(tmp_path / "workspace") as other:
        component = trusted(workspace, "mdm-ssl", server(2))
        populate(workspace, 60)
        with Simulator(workspace) as simulator:
            simulator.run(MONDAY + 4 * DAY)
            other.poll()
            assert other.impact.gate().check_in is not None
            new = CertificateSource(data=(made := server(300)).chain_pem, name="new.pem", key=made.key_pem)
            other.inventory.replace(component.certificate_id or 0, new)
            simulator.run(MONDAY + 8 * DAY)
        came = [at for at in seen(workspace).values() if at is not None and at > MONDAY + 4 * DAY]
        assert len(came) > 40


def test_what_is_never_bound_stops_nothing_in_a_fleet() -> None:
    workspace = populate(deployment(), 30)
    run(workspace, days=30)
    assert events(workspace, EventKind.CHECK_IN_FAILED, EventKind.ENROLLMENT_REFUSED, EventKind.PUSH_LOST) == []
