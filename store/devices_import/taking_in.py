"""What a line of an export does to the inventory: a new device, or one that has changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import asdict, replace

from ..devices.change import Change, Happening
from ..devices.enrollment_kinds import PRIVATE
from ..devices.identity import IDENTITIES
from ..devices.renewal import without_renewal
from ..model.device import Device, DeviceState, EnrollmentKind, Reported
from ..model.device_event import EventKind
from .lines import DeviceLine

SAME_END = timedelta(days=1)
"""Ends of a certificate that differ by less are one: exports may give the day alone, or another zone's."""

_UNTOLD = ("", None)


def added(line: DeviceLine, id: int, import_id: int, now: datetime) -> Change:
    """A device that no import has named before. It counts as enrolled: the product manages it."""
    device = Device(
        **asdict(line.identity),
        id=id,
        owner=line.owner,
        upn=line.upn,
        device_name=line.device_name,
        enrollment_kind=line.kind,
        ownership=line.ownership,
        state=DeviceState.ENROLLED,
        state_since=line.enrolled_at or now,
        enrolled_at=line.enrolled_at,
        last_check_in=line.last_check_in,
        issuer_group=line.issuer or None,
        not_after=line.not_after,
        reported=Reported(import_id, now, line.issuer, line.certificate_serial_number, line.not_after, now),
    )
    return Change(device, events=((EventKind.IMPORTED, line.issuer),))


def updated(device: Device, line: DeviceLine, import_id: int, now: datetime) -> Change:
    """What a later export says of a device. What it doesn't tell stays, and so does everything if it is older than what
    is known. A device to which certfleet has issued a certificate keeps it, and its state."""
    if is_older(device, line):
        return Change(device)
    events: list[Happening] = []
    told: dict[str, Any] = {
        field: value
        for field, value in asdict(line.identity).items()
        if value not in _UNTOLD and field not in (*IDENTITIES, "second_imei")
    }
    told |= _identities(device, line)
    told |= {
        field: value
        for field in ("owner", "upn", "device_name", "ownership")
        if (value := getattr(line, field)) not in _UNTOLD
    }
    if line.kind is not None and _fits(line.kind, device, told):
        told["enrollment_kind"] = line.kind
    if line.last_check_in is not None:
        told["last_check_in"] = line.last_check_in
    changed = replace(device, **told)
    if device.os_version and changed.os_version != device.os_version:
        events.append((EventKind.OS_UPGRADED, f"{device.os_version} to {changed.os_version}"))
    if device.upn and changed.upn != device.upn:
        events.append((EventKind.OWNER_CHANGED, ""))
    if device.certificate_id is None:
        changed, more = _certificate(changed, line, import_id, now)
        events += more
    if changed == device:
        return Change(device)
    before = changed.reported or Reported(import_id, now, known_since=now)
    reported = replace(before, import_id=import_id, at=now)
    return Change(replace(changed, reported=reported), events=tuple(events))


def is_older(device: Device, line: DeviceLine) -> bool:
    """Whether the export was made before the last one that named the device."""
    known, told = device.last_check_in, line.last_check_in
    return known is not None and told is not None and told < known


def has_another_certificate(device: Device, line: DeviceLine) -> bool:
    """Whether a line names another certificate than the device was known to have."""
    known = device.reported
    if known is None:
        return False
    if known.serial_number and line.certificate_serial_number:
        return known.serial_number != line.certificate_serial_number
    if known.issuer and line.issuer and known.issuer != line.issuer:
        return True
    return None not in (known.not_after, line.not_after) and line.not_after - known.not_after >= SAME_END  # type: ignore[operator]  # neither is None


def _certificate(device: Device, line: DeviceLine, import_id: int, now: datetime) -> tuple[Device, list[Happening]]:
    """The device with what is told of its certificate. One with another certificate, or enrolled later than was known,
    has been renewed or enrolled again."""
    known = device.reported or Reported(import_id, now, known_since=now)
    enrolled_again = (
        line.enrolled_at is not None and device.enrolled_at is not None and line.enrolled_at > device.enrolled_at
    )
    another = has_another_certificate(device, line)
    issuer, not_after = line.issuer or known.issuer, line.not_after or known.not_after
    if another and not line.not_after:
        not_after = None  # that of the certificate before
    if (
        known.not_after is not None
        and not another
        and not_after is not None
        and abs(not_after - known.not_after) < SAME_END
    ):
        not_after = known.not_after
    number = line.certificate_serial_number or ("" if another else known.serial_number)
    reported = replace(known, issuer=issuer, serial_number=number, not_after=not_after)
    changed = replace(
        device,
        reported=reported,
        issuer_group=issuer or None,
        not_after=not_after,
        enrolled_at=line.enrolled_at or device.enrolled_at,
    )
    if not another and not enrolled_again:
        return changed, []
    detail = issuer if issuer == known.issuer or not known.issuer else f"{known.issuer} to {issuer}"
    if device.state is DeviceState.ENROLLED and not enrolled_again:
        return replace(changed, pending=without_renewal(changed)), [(EventKind.RENEWED, detail)]
    ended: list[Happening] = [(EventKind.RENEWAL_ENDED, "re-enrolled")] if device.renewal is not None else []
    changed = replace(
        changed,
        state=DeviceState.ENROLLED,
        state_since=line.enrolled_at or now,
        pending=(),
        refused=None,
        enrolling_refused=None,
        cut_off=None,
    )
    return changed, [*ended, (EventKind.RE_ENROLLED, detail)]


def _identities(device: Device, line: DeviceLine) -> dict[str, str]:
    """The identities that a line adds or corrects."""
    told = {field: value for field in (*IDENTITIES, "second_imei") if (value := getattr(line.identity, field))}
    if any(getattr(device, field) or told.get(field) for field in ("serial_number", *PRIVATE)):
        told.pop("enrollment_id", None)
    return told


def _fits(kind: EnrollmentKind, device: Device, told: dict[str, Any]) -> bool:
    return kind is not EnrollmentKind.USER or not (device.serial_number or told.get("serial_number"))
