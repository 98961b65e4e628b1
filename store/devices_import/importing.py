"""The use case: taking the export of a device management product into the inventory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from msgspec import Struct

from ..devices.device_tables import Batch, DeviceRecords
from ..errors import Refusal
from ..model.device import Device, Platform
from ..model.device_event import EventKind
from ..model.device_import import DeviceImport
from ..model.events import DevicesImported
from ..persistence.records import RecordTable
from ..use_cases import Context, UseCases
from ..words import plural
from .columns import NO_MAPPING, ColumnMapping
from .dates import DateOrder
from .lines import DeviceLine
from .matching import KnownDevices, without_doubles
from .reading import LineRefusal, ReadExport, read_export
from .silence import SilenceCount, is_back
from .taking_in import added, updated

Progress = Callable[[int, int], None]
_AT_ONCE = 500  # lines
_RENEWED = (EventKind.RENEWED, EventKind.RE_ENROLLED)


class TakenLine(Struct, frozen=True, gc=False):
    """A line that was taken in, and its device."""

    line: int
    device_id: int


class DeviceImportResult(Struct, frozen=True, kw_only=True):
    """What became of the lines of an export.

    ``added`` and ``updated`` are the devices that it changed, ``renewed`` the ids of those with another certificate
    than before. ``unchanged`` lines said nothing new; ``missing`` devices of its platforms were in earlier exports and
    aren't in this one. ``format`` is the name of the recognised one, ``as_of`` the latest check-in.
    """

    format: str
    title: str
    total: int
    added: tuple[TakenLine, ...]
    updated: tuple[TakenLine, ...]
    renewed: tuple[int, ...]
    unchanged: int
    refused: tuple[LineRefusal, ...]
    missing: int
    platforms: dict[Platform, int]
    as_of: datetime | None
    notes: tuple[str, ...]


class DeviceImports(UseCases):
    """Imports of devices, which exist in the inventory by what exports say of them."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._devices = DeviceRecords(self._database)
        self._imports = RecordTable(self._database.table("device_imports"), DeviceImport)

    def all(self) -> list[DeviceImport]:
        """The imports that changed something, oldest first."""
        return self._imports.all()

    def take_in(
        self,
        data: bytes,
        *,
        source: str = "",
        mapping: ColumnMapping = NO_MAPPING,
        order: DateOrder | None = None,
        zone: tzinfo | None = None,
        progress: Progress | None = None,
    ) -> DeviceImportResult:
        """Take an export in: each line is judged by itself, and the rest goes in. Again is no change.

        Refuses as ``reading.read_export`` does, and with ``fleet-is-simulated`` if the workspace's devices are drawn.
        """
        self._audit.permit("device.import")
        export = read_export(data, self._clock.now(), mapping, order=order, zone=zone)
        lines, doubles = without_doubles(export.lines)
        with self._database.transaction():
            taking = _Taking(self._devices, self._imports.next_id(), self._clock.now(), export, self._imports.all())
            for start in range(0, len(lines), _AT_ONCE):
                if progress is not None:
                    progress(start, len(lines))
                taking.take(lines[start : start + _AT_ONCE])
            refused = sorted((*export.refused, *doubles, *taking.refused), key=lambda one: one.line)
            result = taking.result(export, tuple(refused))
            if result.added or result.updated:
                self._record(result, source, taking)
                self._tell(DevicesImported(taking.import_id))
        if progress is not None:
            progress(len(lines), len(lines))
        return result

    def _record(self, result: DeviceImportResult, source: str, taking: _Taking) -> None:
        self._imports.put(
            [
                DeviceImport(
                    id=taking.import_id,
                    at=taking.now,
                    by=self._actor.user,
                    source=source,
                    format=result.format,
                    lines=result.total,
                    added=len(result.added),
                    updated=len(result.updated),
                    renewed=len(result.renewed),
                    refused=len(result.refused),
                    as_of=result.as_of,
                    silence=() if taking.silence is None else taking.silence.result(),
                )
            ]
        )
        said = f"{plural(len(result.added), 'device')} imported from {source or 'an export'} ({result.format})"
        said += f", {len(result.updated):,} updated, {len(result.renewed):,} of them with another certificate"
        self._audit.record(
            "device.import", f"device-import:{taking.import_id}", f"{said}; {len(result.refused):,} refused"
        )


class _Taking:
    """One export being taken in."""

    def __init__(
        self, devices: DeviceRecords, import_id: int, now: datetime, export: ReadExport, before: list[DeviceImport]
    ) -> None:
        self._devices = devices
        self._known = KnownDevices(devices.table)
        if self._known.simulated:
            raise Refusal(
                "fleet-is-simulated",
                "the devices of this workspace are simulated",
                "Import real devices into a workspace of their own: `certfleet --workspace FOLDER device import …`.",
            )
        self.import_id, self.now = import_id, now
        self.silence = None if export.as_of is None else SilenceCount(export.as_of)
        self._before = before[-1].as_of if before else None
        self._next_id = devices.next_device_id()
        self._ids: set[int] = set()
        self._platforms: dict[Platform, int] = {}
        self._added: list[TakenLine] = []
        self._updated: list[TakenLine] = []
        self._renewed: list[int] = []
        self.refused: list[LineRefusal] = []

    def take(self, lines: list[DeviceLine]) -> None:
        """Take in some lines, and write what they change."""
        found: dict[int, int | None] = {}
        for line in lines:
            try:
                found[line.line] = self._known.find(line)
            except Refusal as refusal:
                self.refused.append(LineRefusal(line.line, refusal))
        known = {device.id: device for device in self._devices.all([id for id in found.values() if id is not None])}
        batch = Batch()
        for line in lines:
            if line.line in found:
                id = found[line.line]
                self._take(line, None if id is None else known[id], batch)
        self._devices.write(batch)

    def _take(self, line: DeviceLine, device: Device | None, batch: Batch) -> None:
        platform = line.identity.platform
        self._platforms[platform] = self._platforms.get(platform, 0) + 1
        if device is None:
            change = added(line, self._next_id, self.import_id, self.now)
            self._next_id += 1
            self._added.append(TakenLine(line.line, change.device.id))
        else:
            change = updated(device, line, self.import_id, self.now)
            self._ids.add(device.id)
            if change.device is not device:
                self._updated.append(TakenLine(line.line, device.id))
            if any(kind in _RENEWED for kind, _ in change.events):
                self._renewed.append(device.id)
        if change.device is not device:
            batch.take(change, self.now)
        if self.silence is not None and line.last_check_in is not None:
            self.silence.add(platform, line.last_check_in)
            if device is not None and is_back(device.last_check_in, self._before, line.last_check_in):
                self.silence.add_return(platform)

    def result(self, export: ReadExport, refused: tuple[LineRefusal, ...]) -> DeviceImportResult:
        """What became of the lines."""
        taken = sum(self._platforms.values())
        return DeviceImportResult(
            format=export.layout.format.name,
            title=export.layout.format.title,
            total=export.total,
            added=tuple(self._added),
            updated=tuple(self._updated),
            renewed=tuple(self._renewed),
            unchanged=taken - len(self._added) - len(self._updated),
            refused=refused,
            missing=self._known.reported_but(self._ids, set(self._platforms)),
            platforms=self._platforms,
            as_of=export.as_of,
            notes=export.notes,
        )
