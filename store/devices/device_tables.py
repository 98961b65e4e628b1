"""The device tables, and writing the results of rules."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

from ..model.device import CertificateState, Device, DeviceCertificate
from ..model.device_event import EventKind
from ..model.documents import from_text
from ..persistence.database import Database
from ..persistence.engine import Row
from ..persistence.records import RecordTable
from ..persistence.table import DocumentTable
from .change import Change
from .events import EventLog, Occurrence, in_order
from .identity import IDENTITIES, canonical

if TYPE_CHECKING:
    from ..authorities.issued import IssuedCertificate
    from ..authorities.validity import Validity

FAILURES = ("certificate-expired", "push-lost")
"""The ways in which a renewal ends without a new certificate."""


class Batch:
    """The collected results of rules, written in one transaction."""

    def __init__(self) -> None:
        self.devices: dict[int, Device] = {}
        self.certificates: dict[int, DeviceCertificate] = {}
        self.states: dict[int, tuple[CertificateState, datetime]] = {}
        self.known: dict[int, DeviceCertificate] = {}  # certificates already read
        self.occurrences: list[Occurrence] = []
        self.device_texts: dict[int, str] = {}  # more devices and certificates, as JSON without their ids
        self.certificate_texts: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self.occurrences)

    @property
    def device_ids(self) -> set[int]:
        """The ids of its devices."""
        return self.devices.keys() | self.device_texts.keys()

    def read_devices(self) -> None:
        """Make records of those devices that came as JSON, for a rule that looks at them."""
        self.devices |= {id: from_text(text, id, Device) for id, text in self.device_texts.items()}
        self.device_texts = {}

    def take(self, change: Change, at: datetime) -> Device:
        """Add the result of a rule; returns the changed device."""
        device = change.device
        self.devices[device.id] = device
        for id, state in change.certificates:
            self.states[id] = (state, at)
        for kind, detail in change.events:
            self.occurrences.append(Occurrence(at, device.id, kind, detail))
        return device


class DeviceRecords:
    """Typed access to devices, their certificates and the event log. Writing needs a transaction."""

    def __init__(self, database: Database) -> None:
        unknown = "device-unknown", "there is no device {id}", "`certfleet device list` shows every id."
        self._devices = RecordTable(database.table("devices"), Device, *unknown)
        missing = "workspace-damaged", "device certificate {id} is missing", "Run a workspace check."
        self._certificates = RecordTable(database.table("device_certificates"), DeviceCertificate, *missing)
        self._failures = database.table("renewal_failures")
        self.log = EventLog(database.table("device_events"), database.table("event_log"))

    @property
    def table(self) -> DocumentTable:
        """The table of the devices."""
        return self._devices.table

    def all(self, ids: Collection[int] | None = None) -> list[Device]:
        """All devices, or those of ``ids``, by id."""
        return self._devices.all(ids)

    def each(self, ids: Sequence[int] | None = None) -> Iterator[Device]:
        """The same, some at a time (``DocumentTable.each``)."""
        return self._devices.each(ids)

    def texts(self, ids: Collection[int]) -> list[tuple[int, str]]:
        """The JSON of these devices, with their ids in it."""
        return self._devices.table.texts(ids)

    def count(self) -> int:
        """The number of records."""
        return len(self._devices)

    def get(self, id: int) -> Device:
        """One device; refuses with ``device-unknown``."""
        return self._devices.get(id)

    def find_id(self, id: int) -> Device | None:
        """One device, or None."""
        return self._devices.peek(id)

    def find(self, identity: str) -> Device | None:
        """The device with this serial number or other identity, in either case."""
        for field in IDENTITIES:
            if found := self.find_by(field, canonical(field, identity)):
                return found
        return None

    def find_by(self, field: str, identity: str) -> Device | None:
        """The device with this identity of one kind (``imei``), in its one way of writing."""
        return self._devices.first(field, identity) if identity else None

    def certificates(self, device_id: int) -> list[DeviceCertificate]:
        """Every certificate that a device was ever issued, oldest first."""
        return self._certificates.find("device_id", device_id)

    def certificate(self, id: int) -> DeviceCertificate:
        """A device certificate by the id of its record."""
        return self._certificates.get(id)

    def by_fingerprint(self, sha256: str) -> DeviceCertificate | None:
        """The device certificate with this SHA-256 fingerprint."""
        return self._certificates.first("fingerprint_sha256", sha256)

    def next_device_id(self) -> int:
        """The next id: one more than the highest ever used."""
        return self._devices.next_id()

    def next_certificate_id(self) -> int:
        """The next id: one more than the highest ever used."""
        return self._certificates.next_id()

    def write(self, batch: Batch) -> None:
        """Write a batch: devices, certificates and their states, and the events in order of time."""
        self._devices.put(batch.devices.values())
        self._devices.table.write_texts(batch.device_texts)
        certificates = dict(batch.certificates)
        for id, (state, at) in batch.states.items():
            known = certificates.get(id) or batch.known.get(id) or self.certificate(id)
            certificates[id] = msgspec.structs.replace(known, state=state, state_at=at)
        self._certificates.put(certificates.values())
        self._certificates.table.write_texts(batch.certificate_texts)
        self.log.add(in_order(batch.occurrences))
        self._count_failures(batch.occurrences)

    def remove(self, ids: Iterable[int]) -> None:
        """Remove devices. Their certificates and events stay."""
        self._devices.remove(*ids)

    def _count_failures(self, occurrences: Iterable[Occurrence]) -> None:
        """Count the failed renewals per day, for the notice at the end of the day."""
        failing: dict[date, set[int]] = {}
        ended: dict[date, set[int]] = {}
        for at, device_id, kind, detail in occurrences:
            if kind is EventKind.RENEWAL_FAILING:
                failing.setdefault(at.date(), set()).add(device_id)
            elif kind is EventKind.RENEWAL_ENDED and detail in FAILURES:
                ended.setdefault(at.date(), set()).add(device_id)
        for day in failing.keys() | ended.keys():
            before = self._failures.get(doc_id=day.toordinal()) or {"failing": 0, "ended": 0}
            counted = {
                "day": day.isoformat(),
                "failing": before["failing"] + len(failing.get(day, ())),
                "ended": before["ended"] + len(ended.get(day, ())),
            }
            self._failures.write([Row(day.toordinal(), counted)])


def certificate_record(
    id: int,
    device_id: int,
    group: str,
    reason: str,
    made: IssuedCertificate,
    validity: Validity,
    at: datetime,
    state: CertificateState,
    key_number: int | None = None,
) -> DeviceCertificate:
    """The record of a certificate that has just been issued."""
    return DeviceCertificate(
        id=id,
        device_id=device_id,
        group=group,
        reason=reason,
        serial_number=made.serial_number,
        not_before=validity.not_before,
        not_after=validity.not_after,
        fingerprint_sha256=made.fingerprint_sha256,
        public_key_sha256=made.public_key_sha256,
        state=state,
        issued_at=at,
        state_at=at,
        key_number=key_number,
        der=base64.b64encode(made.der).decode("ascii"),
    )
