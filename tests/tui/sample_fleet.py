"""A fleet of devices that is the same in every run, written by hand: two CA groups, and a renewal under way."""

from __future__ import annotations

from datetime import datetime, timedelta

from certfleet.simulator.engine.state.simulation_record import SimulationRecord, add_sample, put_simulation
from certfleet.store.devices.device_tables import Batch
from certfleet.store.devices.events import Occurrence
from certfleet.store.model.device import (
    ActionKind,
    CertificateState,
    Device,
    DeviceState,
    HeldCertificate,
    PendingAction,
    Platform,
    WaitsFor,
)
from certfleet.store.model.device_event import EventKind
from certfleet.store.workspace import Workspace
from tests.material import NOW

MODELS = {
    Platform.IOS: ("iPhone 14 Pro", "F2LX"),
    Platform.ANDROID: ("Galaxy S24", "R5CX"),
    Platform.WINDOWS: ("Latitude 5440", "5XK2"),
    Platform.MACOS: ("MacBook Air", "C02Z"),
}
MIX = (Platform.IOS,) * 5 + (Platform.ANDROID,) * 3 + (Platform.WINDOWS,) * 1 + (Platform.MACOS,)
WAITS = (WaitsFor.CHECK_IN, WaitsFor.CHECK_IN, WaitsFor.NOT_NOW, WaitsFor.ANSWER, WaitsFor.CONFIRMATION, WaitsFor.ERROR)


def add_fleet(workspace: Workspace, count: int = 200, *, crossed: int = 60) -> None:
    """Put in ``count`` devices, of which some ``crossed`` in a hundred hold a certificate of ``group-2``."""
    workspace.authorities.refresh(name="group-2", ready_after=timedelta(0))
    batch = Batch()
    for id in range(1, count + 1):
        batch.devices[id] = device = _device(id, crossed)
        happened = NOW - timedelta(minutes=7 * (count - id))
        batch.occurrences.append(_occurrence(device, happened))
    with workspace.database.transaction():
        workspace.devices.records.write(batch)


def add_history(workspace: Workspace, count: int = 200, crossed: int = 108) -> None:
    """Let the fleet be a simulated one that has been crossing over to ``group-2`` for a week."""
    start = NOW - timedelta(days=20)
    record = SimulationRecord(
        devices=count, seed=7, mix={}, check_in=None, domain="example.com", started_at=start, drawn=count
    )
    with workspace.database.transaction():
        put_simulation(workspace, record)
        for quarter in range(80):
            new = max(0, int(crossed * (1 - 2 ** ((52 - quarter) / 6))))
            add_sample(workspace, start + quarter * timedelta(hours=6), {"default": count - new, "group-2": new}, {})


def _device(id: int, crossed: int) -> Device:
    platform = MIX[id % len(MIX)]
    name, prefix = MODELS[platform]
    windows = platform is Platform.WINDOWS
    new = id * 37 % 100 < (5 if windows else crossed)
    state = DeviceState.ENROLLED
    if windows and not new:
        state = DeviceState.MUST_RE_ENROLL if id % 40 == 8 else DeviceState.RE_ENROLLMENT_REQUIRED
    held = HeldCertificate(id, "group-2" if new else "default", NOW + timedelta(days=200), CertificateState.ACTIVE)
    waiting = PendingAction(
        kind=ActionKind.CERTIFICATE_RENEWAL,
        requested_at=NOW - timedelta(days=2),
        requested_by="alice",
        waits_for=WAITS[id % len(WAITS)],
    )
    return Device(
        id=id,
        platform=platform,
        model_name=name,
        serial_number=f"{prefix}{id:06}",
        owner=f"Person {id}",
        state=state,
        state_since=NOW - timedelta(days=2),
        enrolled_at=NOW - timedelta(days=150),
        last_check_in=NOW - timedelta(hours=id % 50),
        certificate_id=id,
        issuer_group=held.group,
        not_after=held.not_after,
        certificates=(held,),
        pending=() if new or windows else (waiting,),
    )


def _occurrence(device: Device, at: datetime) -> Occurrence:
    if device.issuer_group == "group-2":
        return Occurrence(at, device.id, EventKind.RENEWED, "group-2")
    if device.platform is Platform.WINDOWS:
        return Occurrence(at, device.id, EventKind.RE_ENROLLMENT_REQUIRED)
    return Occurrence(at, device.id, EventKind.NOT_NOW if device.id % 3 else EventKind.RENEWAL_REQUESTED)
