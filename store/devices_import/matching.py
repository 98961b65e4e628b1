"""Which device a line is about: by its identities, among those of the inventory and of the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from ..devices.identity import IDENTITIES
from ..errors import Refusal
from ..model.device import Platform, Reported
from ..persistence.table import DocumentTable
from .lines import DeviceLine
from .reading import LineRefusal

_NEVER = datetime(1, 1, 1, tzinfo=UTC)


class KnownDevice(Struct, frozen=True, gc=False):
    """The parts of a device that lines are compared with."""

    id: int
    platform: Platform
    serial_number: str = ""
    imei: str | None = None
    meid: str | None = None
    udid: str | None = None
    android_id: str | None = None
    windows_device_id: str | None = None
    enrollment_id: str | None = None
    reported: Reported | None = None
    habits: Any = None


class KnownDevices:
    """The devices of an inventory by their identities. ``simulated``: some of them are drawn, not real."""

    def __init__(self, devices: DocumentTable) -> None:
        self._by_identity: dict[str, dict[str, int]] = {field: {} for field in IDENTITIES}
        self._devices: dict[int, KnownDevice] = {}
        self.simulated = False
        for device in devices.records(KnownDevice):
            self._devices[device.id] = device
            self.simulated = self.simulated or device.habits is not None
            for field, by_value in self._by_identity.items():
                if value := getattr(device, field):
                    by_value[value] = device.id

    def find(self, line: DeviceLine) -> int | None:
        """The id of the device that a line is about; None for a new one. Refuses with ``identity-conflict`` if its
        identities belong to several, and with ``platform-differs``."""
        found: dict[int, str] = {}
        for field, by_value in self._by_identity.items():
            value = getattr(line.identity, field)
            if value and (id := by_value.get(value)) is not None:
                found.setdefault(id, field)
        if not found:
            return None
        if len(found) > 1:
            said = " and ".join(f"device {id} has its {_title(field)}" for id, field in list(found.items())[:2])
            raise Refusal("identity-conflict", said, "Look which one is right: `certfleet device show ID`.")
        (id, field), told = next(iter(found.items())), line.identity.serial_number
        known = self._devices[id]
        if told and known.serial_number and told != known.serial_number:
            said = f"device {id} has its {_title(field)}, and the serial number {known.serial_number}"
            raise Refusal("identity-conflict", said, "If the device was repaired, delete it first.")
        if known.platform is not line.identity.platform:
            said = f"device {id}, which has its {_title(field)}, is of the platform {known.platform}"
            raise Refusal("platform-differs", said, "If that is wrong, delete it first.")
        return id

    def reported_but(self, ids: set[int], platforms: set[Platform]) -> int:
        """How many devices of these platforms an import has named before, and aren't among ``ids``."""
        return sum(
            device.reported is not None and device.platform in platforms and device.id not in ids
            for device in self._devices.values()
        )


def without_doubles(lines: Iterable[DeviceLine]) -> tuple[list[DeviceLine], list[LineRefusal]]:
    """The lines that name each device once: the one with the latest check-in counts, of equal ones the first. The
    others are refused with ``device-twice``, or ``identity-conflict`` if they name another serial number."""
    kept: list[DeviceLine] = []
    refused: list[LineRefusal] = []
    seen: dict[str, dict[str, DeviceLine]] = {field: {} for field in IDENTITIES}
    for line in sorted(lines, key=lambda line: (-(line.last_check_in or _NEVER).timestamp(), line.line)):
        own = list(_identities(line))
        twin = next(((field, other) for field, value in own if (other := seen[field].get(value))), None)
        if twin is None:
            kept.append(line)
            for field, value in own:
                seen[field][value] = line
        else:
            refused.append(LineRefusal(line.line, _double(line, *twin)))
    kept.sort(key=lambda line: line.line)
    return kept, refused


def _identities(line: DeviceLine) -> Iterator[tuple[str, str]]:
    for field in IDENTITIES:
        if value := getattr(line.identity, field):
            yield field, value


def _double(line: DeviceLine, field: str, other: DeviceLine) -> Refusal:
    mine, theirs = line.identity.serial_number, other.identity.serial_number
    if mine and theirs and mine != theirs:
        said = f"line {other.line} has the same {_title(field)}, and the serial number {theirs}"
        return Refusal("identity-conflict", said, "One of them is wrong.")
    later = "a later check-in" if line.last_check_in != other.last_check_in else "counts"
    said = f"line {other.line} has the same {_title(field)}, and {later}"
    return Refusal("device-twice", said, "The line with the latest check-in counts.")


def _title(field: str) -> str:
    return {"imei": "IMEI", "meid": "MEID", "udid": "UDID"}.get(field, field.replace("_", " "))
