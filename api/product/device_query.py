"""The devices in the server's memory: decoded once, and kept up to date by the feed.

A query looks at every device; with 100,000 devices it must not read them from the disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ...store.devices.device_filter import haystack
from ...store.model.device import Device
from ...store.workspace import Workspace
from .device_filter_ids import parse_filter_ids, tests_of

MOST = 100_000  # devices in one answer

_TEXT = "\x7f"  # after every text: devices without a value come last


def _text(value: str | None) -> str:
    return _TEXT if not value else value.lower()


_LATEST = datetime(9999, 12, 31, tzinfo=UTC)


def _moment(value: datetime | None) -> datetime:
    return _LATEST if value is None else value


COLUMNS: dict[str, Callable[[Device], Any]] = {
    "ID": lambda device: device.id,
    "SERIALNUMBER": lambda device: _text(device.serial_number),
    "IMEI": lambda device: _text(device.imei),
    "USERNAME": lambda device: _text(device.upn),
    "PLATFORM": lambda device: device.platform.value,
    "OSVERSION": lambda device: _text(device.os_version),
    "DEVICEMODEL": lambda device: _text(device.model_name),
    "STATUS": lambda device: device.state.value,
    "LASTACCESS": lambda device: _moment(device.last_check_in),
    "ISSUERGROUP": lambda device: _text(device.issuer_group),
    "CERTIFICATEEND": lambda device: _moment(device.not_after),
}
"""What a list can be sorted by, as ``sortColumn`` says it, underscores and case aside."""


class Query(NamedTuple):
    """A parsed query."""

    start: int
    limit: int
    descending: bool
    column: str
    search: str
    filter_ids: str | None
    groups: frozenset[str] | None = None


class Found(NamedTuple):
    """A page of devices, the number of matches, and the number of all devices."""

    devices: list[Device]
    matched: int
    total: int


class Fleet:
    """The devices of a workspace in memory. Thread-safe; nothing else may poll the workspace's feed."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._devices: dict[int, Device] | None = None
        self._texts: dict[int, tuple[Device, str]] = {}
        self._orders: dict[str, list[int]] = {}

    def query(self, query: Query) -> Found:
        """The matching devices in the requested order. Refuses with ``filter-invalid``."""
        ids = parse_filter_ids(query.filter_ids)
        now, outages = self._workspace.now(), self._workspace.impact.gate().outages
        tests = tests_of(ids, now, outages) if ids else ()
        with self._lock:
            devices = self._current()
            order: Sequence[int] = self._order(query.column)
        # From here on nobody is kept waiting: devices are put in place of others, and none goes from this dictionary.
        total = len(order)
        if query.groups is not None:
            order = [id for id in order if devices[id].issuer_group in query.groups]
        for test in tests:
            order = [id for id in order if test(devices[id])]
        if words := query.search.lower().split():
            texts = [(id, self._text(devices[id])) for id in order]
            order = [id for id, text in texts if all(word in text for word in words)]
        first, last = query.start, query.start + query.limit
        if query.descending:
            matched = len(order)
            page = order[max(0, matched - last) : max(0, matched - first)][::-1]
        else:
            page = order[first:last]
        return Found([devices[id] for id in page], len(order), total)

    def _current(self) -> dict[int, Device]:
        changes = self._workspace.poll()
        records = self._workspace.database.table("devices").records
        if self._devices is None:
            self._devices = {device.id: device for device in records(Device)}
            self._orders = {"ID": list(self._devices)}
            return self._devices
        changed = set() if changes is None else changes.tables.get("devices", set())
        if not changed:
            return self._devices
        found = records(Device, changed)
        if len(found) < len(changed):
            gone = changed.difference(device.id for device in found)
            self._devices = {id: device for id, device in self._devices.items() if id not in gone}
            self._orders = {"ID": [id for id in self._orders["ID"] if id not in gone]}
        new = [device.id for device in found if device.id not in self._devices]
        self._devices.update((device.id, device) for device in found)
        self._orders = {"ID": [*self._orders["ID"], *new] if new else self._orders["ID"]}  # ids only ever grow
        return self._devices

    def _order(self, column: str) -> list[int]:
        assert self._devices is not None
        if column not in self._orders:
            devices, key = self._devices, COLUMNS[column]
            self._orders[column] = sorted(devices, key=lambda id: key(devices[id]))
        return self._orders[column]

    def _text(self, device: Device) -> str:
        known = self._texts.get(device.id)
        if known is None or known[0] is not device:
            known = self._texts[device.id] = device, haystack(device)
        return known[1]
