"""The console's rows of bulk device certificates, with the device and the policies that installed each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ...store.bulk.holders import Holder, note_of
from ...store.inventory.expiry import ExpiryRule
from ...store.inventory.status import days_until, status_within
from ...store.model.bulk import DeviceIdentityCertificate, IdentityType
from ...store.model.certificate import Status
from ...store.model.device import Device
from ...store.model.expiry import ExpiryUse
from ...store.model.model_name import said_once
from ...store.policies.rules import IDENTITY_TITLES
from ...store.printable import printable
from ...store.views.certificate import name_text
from ...store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class BulkRow:
    """A certificate at one moment. ``device`` is the device with that identity, None if none is known yet; ``note``
    says why it will not be installed there. ``policies`` are the ones that installed it. ``haystack`` is the lower-case
    text that words of a filter are matched against."""

    id: int
    record: DeviceIdentityCertificate
    status: Status
    days: int
    subject: str
    haystack: str
    device_id: int | None = None
    device: str = ""
    note: str = ""
    model: str = ""
    policies: str = ""


class BulkRowsFound(NamedTuple):
    """All rows by id, the changed ones, the ids of deleted ones, and the number of policies."""

    rows: dict[int, BulkRow]
    changed: list[BulkRow]
    gone: set[int]
    policies: int


def look(workspace: Workspace, devices: Sequence[Device], before: Mapping[int, BulkRow]) -> BulkRowsFound:
    """Compute all rows; ``devices`` is the fleet as the caller has read it. An unchanged row of ``before`` stays the
    same object."""
    records, now = workspace.bulk.list(), workspace.now()
    found = rows_of(records, devices, now, workspace.expiry()[ExpiryUse.DEVICE])
    rows = {id: before[id] if before.get(id) == row else row for id, row in found.items()}
    changed = [row for id, row in rows.items() if before.get(id) is not row]
    return BulkRowsFound(rows, changed, before.keys() - rows.keys(), len(workspace.policies.list()))


def rows_of(
    records: Iterable[DeviceIdentityCertificate], devices: Iterable[Device], now: datetime, rule: ExpiryRule
) -> dict[int, BulkRow]:
    """The rows of these certificates, by id; ``rule`` is the expiry rule for device certificates."""
    filed: dict[IdentityType, dict[str, DeviceIdentityCertificate]] = {}
    for record in records:
        filed.setdefault(record.identity_type, {})[record.identity] = record
    holders: dict[int, Device] = {}
    for kind, by_identity in filed.items():
        field = kind.field
        for device in devices:
            if (record_of := by_identity.get(getattr(device, field))) is not None:
                holders[record_of.id] = device
    return {
        record.id: _row(record, holders.get(record.id), now, rule)
        for by_identity in filed.values()
        for record in by_identity.values()
    }


def identity_title(record: DeviceIdentityCertificate) -> str:
    """``serial number``, ``IMEI``, ``MEID``."""
    return IDENTITY_TITLES[record.identity_type]


def _row(record: DeviceIdentityCertificate, device: Device | None, now: datetime, rule: ExpiryRule) -> BulkRow:
    subject = name_text(record.subject)
    name, model, policies, note = "", "", "", ""
    if device is not None:
        name, model = printable(device.name), printable(said_once(device.model_name))
        note = note_of(Holder(device.id, device.platform)) or ""
        policies = ", ".join(_installed(device, record))
    haystack = "\n".join(
        (record.identity, subject, printable(record.issuer), record.serial_number, record.source, name)
    )
    return BulkRow(
        id=record.id,
        record=record,
        status=status_within(record.not_before, record.not_after, now, rule),
        days=days_until(record.not_after, now),
        subject=subject,
        haystack=f"{haystack}\n{identity_title(record)}\n{policies}".lower(),
        device_id=None if device is None else device.id,
        device=name,
        model=model or name,
        note=note,
        policies=policies,
    )


def _installed(device: Device, record: DeviceIdentityCertificate) -> Iterable[str]:
    for placed in device.policies:
        if placed.is_installed and placed.certificate_id == record.id:
            is_older = placed.fingerprint_sha256 != record.fingerprint_sha256
            yield printable(placed.name) + (" (the one before)" if is_older else "")
