"""``device list --sort``: the ids of a page of devices in an order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from ...store.devices.found_devices import SORTED_BY_DATABASE, FoundDevices
from ...store.devices.listed_fields import ListedFields
from ...store.devices.presence import Outages, last_seen
from ...store.model.device import Device
from ...store.persistence.conditions import OrderKey
from ...store.persistence.table import DocumentTable
from ..frame.sorting import SortKey, in_order

SEEN = "last-check-in"
_SORT_VALUES: dict[str, Callable[[Device | ListedFields], Any]] = {
    "id": lambda device: device.id,
    "platform": lambda device: device.platform,
    "model": lambda device: (device.model_name or device.model).lower(),
    "serial-number": lambda device: device.serial_number,
    "owner": lambda device: device.owner.lower(),
    "state": lambda device: device.state,
    "issuer": lambda device: device.issuer_group,
    "days-left": lambda device: device.not_after,
}
SORT_KEYS = (*_SORT_VALUES, SEEN)
"""What devices can be sorted by."""


def ids_of_page(
    table: DocumentTable,
    found: FoundDevices,
    order: Sequence[SortKey],
    *,
    start: int,
    limit: int,
    now: datetime,
    outages: Outages,
) -> list[int]:
    """The ids of ``limit`` devices after the first ``start``. Where the database doesn't sort, what each device is
    sorted by is read, and nothing else stays in memory."""
    if order[0].name == "id":  # no two are alike in that
        if not order[0].descending:
            return found.page(start=start, limit=limit)
        end = max(0, len(found) - start)
        return found.page(start=max(0, end - limit), limit=min(limit, end))[::-1]
    keys = [SORTED_BY_DATABASE.get(key.name) for key in order]
    if found.is_by_database and None not in keys:
        by = [OrderKey(key, one.descending) for key, one in zip(keys, order, strict=True) if key is not None]
        return found.page(by, start=start, limit=limit)
    names = [key.name for key in order]
    devices = table.each(Device, found.ids) if SEEN in names else table.each(ListedFields, found.ids)
    keyed = [(device.id, tuple(_value(device, name, now, outages) for name in names)) for device in devices]
    return [id for id, _ in in_order(keyed, order, lambda one, name: one[1][names.index(name)])][start : start + limit]


def _value(device: Device | ListedFields, name: str, now: datetime, outages: Outages) -> Any:
    if name == SEEN:
        assert isinstance(device, Device)
        return last_seen(device, now, outages)
    return _SORT_VALUES[name](device)
