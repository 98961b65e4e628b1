"""Deleting devices: asked for, or because they have been silent for as long as the site's settings say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ..model.audit import SYSTEM, Actor
from ..model.deleted_device import DeletedDevice
from ..model.device import CertificateState, Device
from ..model.device_event import EventKind
from ..persistence.records import RecordTable
from ..use_cases import Context, UseCases
from ..words import day, plural
from .device_tables import Batch, DeviceRecords
from .events import Occurrence
from .presence import Outages, last_seen

if TYPE_CHECKING:
    from ..authorities.ca_groups import CaGroups

Progress = Callable[[int, int], None]
_AT_ONCE = 500  # devices between two reports of the progress


class DeletionResult(Struct, frozen=True, kw_only=True):
    """The deleted devices, as they were, and the ids that no device has."""

    deleted: tuple[Device, ...]
    unknown: tuple[int, ...] = ()


class Deletions(UseCases):
    """Deleting devices. What they were issued is revoked, and stays in the workspace with their events."""

    def __init__(self, context: Context, *, groups: CaGroups) -> None:
        super().__init__(context)
        self._groups = groups
        self._devices = DeviceRecords(self._database)
        self._silence = SilenceWatch()
        self._deleted = RecordTable(self._database.table("deleted_devices"), DeletedDevice)

    def all(self, ids: Collection[int] | None = None) -> list[DeletedDevice]:
        """The deleted devices, or those of ``ids``, by id."""
        return self._deleted.all(ids)

    def put(self, devices: Iterable[DeletedDevice]) -> None:
        """Change what is kept of deleted devices, inside a transaction."""
        self._deleted.put(devices)

    def ids(self) -> list[int]:
        """The ids of the deleted devices."""
        return self._deleted.table.ids()

    def count(self) -> int:
        """How many devices have been deleted."""
        return len(self._deleted)

    def delete(self, ids: Iterable[int], progress: Progress | None = None) -> DeletionResult:
        """Delete these devices: their certificates go on the revocation list, and the server no longer knows them."""
        asked = list(dict.fromkeys(ids))
        with self._database.transaction():
            found = {device.id: device for device in self._devices.all(asked)}
            devices = [found[id] for id in asked if id in found]
            self._delete(devices, lambda _: "", None, progress)
        return DeletionResult(deleted=tuple(devices), unknown=tuple(id for id in asked if id not in found))

    def delete_silent(self, days: int, outages: Outages) -> None:
        """Delete the devices that have been silent for so many days: due by the clock. Inside a transaction."""
        now = self._clock.now()
        found = self._silence.silent(self._devices, days, now, outages)
        self._delete(found, lambda seen: f"silent since {day(seen)}", SYSTEM, None)

    def _delete(
        self,
        devices: list[Device],
        told: Callable[[datetime], str],
        by: Actor | None,
        progress: Progress | None,
    ) -> None:
        if not devices:
            return
        now, batch = self._clock.now(), Batch()
        for number, device in enumerate(devices):
            if progress is not None and number % _AT_ONCE == 0:
                progress(number, len(devices))
            self._revoke(device, now, batch)
            seen = device.last_check_in
            detail = told(seen) if seen is not None else ""
            batch.occurrences.append(Occurrence(now, device.id, EventKind.DELETED, detail))
        self._devices.write(batch)
        self._devices.remove(device.id for device in devices)
        self._deleted.put(_kept(device, now) for device in devices)
        record = f"device:{devices[0].id}" if len(devices) == 1 else "fleet:1"
        said = f"{plural(len(devices), 'device')} deleted"
        self._audit.record("device.delete", record, said if by is None else f"{said}: silent for too long", by=by)
        if progress is not None:
            progress(len(devices), len(devices))

    def _revoke(self, device: Device, now: datetime, batch: Batch) -> None:
        for certificate in self._devices.certificates(device.id):
            if certificate.not_after >= now and certificate.state is not CertificateState.REVOKED:
                batch.known[certificate.id] = certificate
                batch.states[certificate.id] = (CertificateState.REVOKED, now)
                self._groups.revoke(certificate.group, certificate.serial_number, device.id, certificate.not_after, now)


class SilenceWatch:
    """Finds the silent devices again and again without looking at each of them: who was seen on a day can't have been
    silent for so many days before so many have passed."""

    def __init__(self) -> None:
        self._days = 0
        self._highest = 0
        self._not_before: dict[int, datetime] = {}

    def silent(self, records: DeviceRecords, days: int, now: datetime, outages: Outages) -> list[Device]:
        """The devices that have been silent for so many days."""
        if days != self._days or any(at > now + timedelta(days=days) for at in self._not_before.values()):
            self._days, self._highest, self._not_before = days, 0, {}
        ids = [id for id, at in self._not_before.items() if at <= now]
        ids += range(self._highest + 1, records.next_device_id())
        self._highest = records.next_device_id() - 1
        found = []
        for id in ids:
            self._not_before.pop(id, None)
        for device in records.all(ids):
            seen = None if device.last_check_in is None else last_seen(device, now, outages)
            self._not_before[device.id] = now if seen is None else seen + timedelta(days=days)
            if seen is not None and seen < now - timedelta(days=days):
                found.append(replace(device, last_check_in=seen))
        return found


def silent_devices(devices: Iterable[Device], days: int, now: datetime, outages: Outages) -> Iterator[Device]:
    """Those that have not been seen for so many days, with their last check-in. One that never checked in is not
    among them."""
    since = now - timedelta(days=days)
    for device in devices:
        if device.last_check_in is not None and device.last_check_in < since:
            seen = last_seen(device, now, outages)
            if seen is not None and seen < since:
                yield replace(device, last_check_in=seen)


def _kept(device: Device, now: datetime) -> DeletedDevice:
    habits = device.habits
    is_used = habits is not None and habits.replaced_by is None
    if habits is not None and habits.schedule.gone_at is not None:
        is_used = is_used and habits.schedule.gone_at > now.timestamp()
    return DeletedDevice(
        id=device.id,
        at=now,
        platform=device.platform,
        name=device.name,
        known_by=device.known_by,
        owner=device.owner,
        replaced=habits is not None and habits.replaced_by is not None,
        left=device if is_used else None,
    )
