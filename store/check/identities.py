"""The identities of devices: no two devices have the same, and each is written in its one way."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import pairwise

from ..devices.identity import IDENTITIES, canonical
from ..model.device import Device
from ..persistence.database import Database
from .report import Problem


class IdentityChecks:
    """Of each identity only a hash stays in memory. Where two are equal, the devices are read again."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._hashes = {field: array("q") for field in IDENTITIES}
        self._miswritten: dict[tuple[int, str], Problem] = {}

    def take(self, device: Device) -> None:
        """Note the identities of a device."""
        for field, hashes in self._hashes.items():
            value = getattr(device, field)
            if not value:
                continue
            written = canonical(field, value)
            hashes.append(hash(written))
            if written != value:
                said = f"its {field} is written {value!r}, not {written!r}"
                self._miswritten[device.id, field] = Problem("identity-invalid", f"device:{device.id}", said)

    def problems(self) -> Iterator[Problem]:
        """The problems of all devices that were noted."""
        twice = {
            field: {one for one, next_one in pairwise(sorted(hashes)) if one == next_one}
            for field, hashes in self._hashes.items()
        }
        self._hashes = {}
        if any(twice.values()):
            yield from self._twins({field: hashes for field, hashes in twice.items() if hashes})
        yield from self._miswritten.values()

    def _twins(self, twice: dict[str, set[int]]) -> Iterator[Problem]:
        owners: dict[tuple[str, str], int] = {}
        for device in self._database.engine.records("devices", Device):
            for field, hashes in twice.items():
                value = getattr(device, field)
                if not value or hash(written := canonical(field, value)) not in hashes:
                    continue
                if (twin := owners.setdefault((field, written), device.id)) != device.id:
                    self._miswritten.pop((device.id, field), None)
                    yield Problem("same-identity", f"device:{device.id}", f"device {twin} has the same {field}")
