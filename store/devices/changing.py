"""Changing what is on record of a device: its board was replaced, somebody else has it, an identity was wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from ..errors import Refusal
from ..model.bulk import IdentityType
from ..model.device import Device
from ..model.device_event import EventKind
from ..model.events import Doubted, IdentityCertificatesChanged
from ..use_cases import UseCases
from ..words import plural
from .change import Change
from .device_tables import Batch, DeviceRecords
from .enrollment_kinds import check_kind
from .identity import IDENTITIES, canonical, checked, problem

TITLES: Mapping[str, str] = {
    "serial_number": "serial number",
    "imei": "IMEI",
    "second_imei": "second IMEI",
    "meid": "MEID",
    "udid": "UDID",
    "android_id": "Android id",
    "windows_device_id": "Windows id",
    "enrollment_id": "enrollment id",
    "wifi_mac": "Wi-Fi address",
    "owner": "owner",
    "upn": "UPN",
    "device_name": "name",
}
"""The fields that can be changed."""

LONGEST = 200  # characters of an owner or a name
_TEXTS = ("serial_number", "owner", "upn", "device_name")  # empty where others are None
_OWNERS = ("owner", "upn")
_MAC = re.compile(r"([0-9A-F]{2}[:-]?){5}[0-9A-F]{2}")


class DeviceChanges(UseCases):
    """Changing the record of a device."""

    def change(self, id: int, said: Mapping[str, str]) -> Device:
        """Set some of the fields in ``TITLES``; an empty text clears one. The device keeps its certificates: one whose
        board was replaced has lost its key, and has to enroll again.

        Refuses with ``device-unknown``, ``identity-invalid``, ``enrollment-kind-invalid``, with ``device-exists`` if
        another device has an identity, and with ``device-change-invalid``.
        """
        records = DeviceRecords(self._database)
        with self._database.transaction():
            before, now = records.get(id), self._clock.now()
            device = _changed(before, said)
            for field in IDENTITIES:
                value = getattr(device, field)
                if value and value != getattr(before, field):
                    _refuse_taken(records, id, value)
            different = [field for field in TITLES if getattr(device, field) != getattr(before, field)]
            if not different:
                return before
            if device.known_by != before.known_by:
                device = replace(device, formerly=(*before.formerly, before.known_by))
            batch = Batch()
            batch.take(Change(device, events=_events(before, device, different)), now)
            records.write(batch)
            what = ", ".join(TITLES[field] for field in different)
            self._audit.record("device.change", f"device:{id}", f"{before.name}: {what} changed")
            self._tell(IdentityCertificatesChanged(_filed_under(before, device)))
            if device.known_by != before.known_by and before.certificates:
                self._tell(
                    Doubted((f"its certificates name {before.known_by}; with a new board it has to enroll again",))
                )
        return records.get(id)


def _changed(device: Device, said: Mapping[str, str]) -> Device:
    if not said or (unknown := said.keys() - TITLES.keys()):
        wrong = f"a device has no {sorted(unknown)[0]} to change" if said else "nothing is said that is to be changed"
        raise Refusal("device-change-invalid", wrong, f"Change {', '.join(TITLES)}.")
    told: dict[str, str | None] = {}
    for field, text in said.items():
        value = text.strip()
        if len(value) > LONGEST:
            raise Refusal("device-change-invalid", f"the {TITLES[field]} has more than {plural(LONGEST, 'character')}")
        told[field] = value or ("" if field in _TEXTS else None)
    if second := told.get("second_imei"):
        if flaw := problem("imei", second):
            raise Refusal("identity-invalid", flaw)
        told["second_imei"] = canonical("imei", second)
    if address := told.get("wifi_mac"):
        digits = address.upper()
        if not _MAC.fullmatch(digits):
            raise Refusal("identity-invalid", f"{address!r} is no Wi-Fi address: it has 12 hexadecimal digits")
        digits = re.sub("[:-]", "", digits)
        told["wifi_mac"] = ":".join(digits[at : at + 2] for at in range(0, 12, 2))
    changed = checked(replace(device, **told))
    assert isinstance(changed, Device)
    check_kind(changed, changed.enrollment_kind)
    return changed


def _refuse_taken(records: DeviceRecords, id: int, value: str) -> None:
    known = records.find(value)
    if known is not None and known.id != id:
        raise Refusal("device-exists", f"device {known.id} has the identity {value}")


def _events(before: Device, after: Device, different: list[str]) -> tuple[tuple[EventKind, str], ...]:
    """Names of people are in the events of a handing on, as when the simulator does it; other values are not."""
    events = []
    if any(field in _OWNERS for field in different):
        events.append((EventKind.OWNER_CHANGED, f"{before.owner} to {after.owner}"))
    if others := [TITLES[field] for field in different if field not in _OWNERS]:
        events.append((EventKind.CHANGED, ", ".join(others)))
    return tuple(events)


def _filed_under(before: Device, after: Device) -> list[tuple[IdentityType, str]]:
    """The identities that device certificates may be filed under, and that the device has got or lost."""
    found = []
    for kind in IdentityType:
        old, new = getattr(before, kind.field), getattr(after, kind.field)
        if old != new:
            found += [(kind, value) for value in (old, new) if value]
    return found
