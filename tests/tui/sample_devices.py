"""A fleet that is the same in every run: fixed devices, certificates and events, none of which a simulator drew."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from msgspec.structs import asdict

from certfleet.simulator.identities import IdentityFleet
from certfleet.store.devices.device_tables import Batch
from certfleet.store.devices.events import Occurrence
from certfleet.store.model.device import (
    ActionKind,
    CertificateState,
    Device,
    DeviceCertificate,
    DeviceState,
    EventKind,
    HeldCertificate,
    PendingAction,
    Platform,
    WaitsFor,
)
from certfleet.store.model.habits import Habits, Schedule
from certfleet.store.workspace import Workspace
from tests.material import NOW

YEAR = timedelta(days=365)
GROUP = "default"

# Platform, state, days left, hours since the last check-in, what its renewal waits for.
DEVICES: tuple[tuple[Platform, DeviceState, int | None, int | None, WaitsFor | None], ...] = (
    (Platform.IOS, DeviceState.ENROLLED, 212, 1, None),
    (Platform.IOS, DeviceState.ENROLLED, 27, 3, WaitsFor.NOT_NOW),
    (Platform.ANDROID, DeviceState.ENROLLED, 8, 0, WaitsFor.CHECK_IN),
    (Platform.WINDOWS, DeviceState.RE_ENROLLMENT_REQUIRED, 19, 20, None),
    (Platform.MACOS, DeviceState.ENROLLED, 90, 50, WaitsFor.CONFIRMATION),
    (Platform.WINDOWS, DeviceState.MUST_RE_ENROLL, -2, 60, None),
    (Platform.IOS, DeviceState.REVOKED, 100, 400, None),
    (Platform.ANDROID, DeviceState.NOT_ENROLLED, None, None, None),
    (Platform.WINDOWS, DeviceState.ENROLLED, 300, 5, None),
    (Platform.ANDROID, DeviceState.ENROLLED, -1, 900, None),
    (Platform.IOS, DeviceState.ENROLLED, 301, 2, None),
    (Platform.MACOS, DeviceState.ENROLLED, 45, 700, None),
)


def fill(workspace: Workspace, count: int = len(DEVICES), *, simulated: bool = False) -> None:
    """Put ``count`` devices into a workspace whose clock is at ``NOW``; ``simulated`` ones check in by themselves."""
    fleet, batch = IdentityFleet(7, start=NOW.date()), Batch()
    with workspace.database.transaction():
        for number in range(1, count + 1):
            add(batch, fleet, number, simulated=simulated)
        workspace.devices.records.write(batch)


def add(batch: Batch, fleet: IdentityFleet, number: int, *, simulated: bool) -> None:
    """Put device ``number``, from 1, into a batch."""
    platform, state, days, hours, waits_for = DEVICES[(number - 1) % len(DEVICES)]
    owner = fleet.owner(number)
    seen = None if hours is None else NOW - timedelta(hours=hours, minutes=number % 60)
    device = Device(
        **asdict(fleet.identity(number, platform)),
        id=number,
        owner=owner.name,
        upn=owner.upn,
        state=state,
        state_since=NOW - timedelta(days=3),
        last_check_in=seen,
        habits=Habits(Schedule(key=number, interval=4 * 3600), index=number) if simulated else None,
    )
    if days is not None:
        device = _enrolled(batch, device, NOW + timedelta(days=days, hours=-6), waits_for)
    batch.devices[number] = device


def _enrolled(batch: Batch, device: Device, end: datetime, waits_for: WaitsFor | None) -> Device:
    number, start = device.id, end - YEAR
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    state = CertificateState.REVOKED if device.state is DeviceState.REVOKED else CertificateState.ACTIVE
    batch.certificates[number] = DeviceCertificate(
        id=number,
        device_id=number,
        group=GROUP,
        reason="enrollment",
        serial_number=digest[:32].upper(),
        not_before=start,
        not_after=end,
        fingerprint_sha256=digest,
        public_key_sha256=digest[::-1],
        state=state,
        issued_at=start,
        state_at=start,
        der="",
    )
    batch.occurrences.append(Occurrence(start, number, EventKind.ENROLLED, GROUP))
    changes = {
        "enrolled_at": start,
        "certificate_id": number,
        "issuer_group": GROUP,
        "not_after": end,
        "certificates": (HeldCertificate(number, GROUP, end, state),),
        "pending": (),
    }
    if waits_for is not None:
        requested = NOW - timedelta(days=2)
        attempts = 0 if waits_for is WaitsFor.CHECK_IN else 2
        action = PendingAction(
            kind=ActionKind.CERTIFICATE_RENEWAL,
            requested_at=requested,
            requested_by="alice",
            waits_for=waits_for,
            attempts=attempts,
            next_try_at=NOW + timedelta(hours=2) if attempts else None,
        )
        changes["pending"] = (action,)
        batch.occurrences.append(Occurrence(requested, number, EventKind.RENEWAL_REQUESTED))
        batch.occurrences += [
            Occurrence(requested + timedelta(hours=6 * n), number, EventKind.NOT_NOW) for n in range(1, attempts + 1)
        ]
    return Device(**{**asdict(device), **changes})
