"""Workspaces with a small fleet, whose virtual clock starts on a fixed Monday."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from certfleet.simulator.engine.simulator import RunReport, Simulator
from certfleet.simulator.fleet import enrolling
from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.store.devices.device_tables import Batch
from certfleet.store.model.audit import Actor
from certfleet.store.model.component import Use
from certfleet.store.model.device import Device, Platform
from certfleet.store.workspace import Workspace
from tests.prepared import Prepared

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)

THEY_COME = "".join(f"[{platform}]\nby_itself = 1000\nignores = 0\n" for platform in Platform)
"""Habits of owners who re-enroll a device without having been told: for tests about something else than owners."""

Draw = Callable[..., Workspace]


@pytest.fixture
def drawn() -> Draw:
    """``drawn(devices=50, seed=7)``: a workspace in memory with so many devices; ``path`` for one on disk."""

    def draw(path: Path | None = None, *, workers: int = 1, **plan: object) -> Workspace:
        workspace = Workspace.open(path, start=MONDAY, actor=Actor("alice"))
        draw_fleet(workspace, FleetPlan(**{"devices": 50, **plan}), workers=workers)  # type: ignore[arg-type]
        return workspace

    return draw


@pytest.fixture
def fleet(drawn: Draw, prepared: Prepared, tmp_path: Path) -> Draw:
    """The same, as copies of fleets that were drawn before: for what is about their later life. Owners come by
    themselves, and devices neither come nor go, unless ``habits`` and ``churn`` are given."""

    def copy(path: Path | None = None, **plan: object) -> Workspace:
        name = f"fleet-{sha256(repr(sorted(plan.items())).encode()).hexdigest()[:16]}"

        def make(folder: Path) -> None:
            drawn(folder, **{"habits": THEY_COME, "churn": 0, **plan}).close()

        if path is not None:
            return Workspace.open(prepared.copy(name, make, path), actor=Actor("alice"))
        return prepared.in_memory(name, make, tmp_path / f"{name}.key", actor=Actor("alice"))

    return copy


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred devices are drawn at a time, and then written."""
    monkeypatch.setattr(enrolling, "BATCH", 100)


def run(workspace: Workspace, *, workers: int = 1, **time: float) -> RunReport:
    """Let time pass: ``run(workspace, days=14)``."""
    with Simulator(workspace, workers=workers) as simulator:
        return simulator.run(workspace.now() + timedelta(**time))


def without_push(workspace: Workspace) -> Workspace:
    """The same deployment without a push certificate, which would lapse within a year."""
    workspace.components.set_use("apns", Use.NOT_USED)
    return workspace


def rotate(workspace: Workspace) -> str:
    """Make a new CA group that issues at once; the answer is its name."""
    return workspace.authorities.refresh(ready_after=timedelta(0)).name


def renew_all(workspace: Workspace) -> None:
    """Request a renewal for every device."""
    workspace.devices.renew(device.id for device in workspace.devices.all())


def put(workspace: Workspace, device: Device) -> None:
    """Write a device as it is given."""
    batch = Batch()
    batch.devices[device.id] = device
    with workspace.database.transaction():
        workspace.devices.records.write(batch)
