"""The make-up of a fleet."""

from __future__ import annotations

from collections import Counter
from typing import Any

from msgspec import Struct

from ..model.device import DeviceState, PendingAction, Platform
from ..persistence.table import DocumentTable


class FleetCounts(Struct, frozen=True, kw_only=True):
    """The number of devices by state, platform and issuing group, and with pending actions."""

    total: int
    states: Counter[str]
    platforms: Counter[str]
    groups: Counter[str]
    pending: int


class _Counted(Struct, frozen=True):
    id: int
    state: DeviceState
    platform: Platform
    issuer_group: str | None = None
    pending: tuple[PendingAction, ...] = ()


def count_fleet(devices: DocumentTable) -> FleetCounts:
    """Count the devices of a table, reading only the fields needed."""
    states, platforms, groups = Counter[str](), Counter[str](), Counter[str]()
    total = pending = 0
    for device in devices.each(_Counted):
        total += 1
        states[device.state] += 1
        platforms[device.platform] += 1
        if device.issuer_group is not None:
            groups[device.issuer_group] += 1
        pending += bool(device.pending)
    return FleetCounts(total=total, states=states, platforms=platforms, groups=groups, pending=pending)


def describe(counts: FleetCounts) -> dict[str, Any]:
    """The counts as programs get them."""
    return {
        "total": counts.total,
        "states": {state.value: counts.states[state] for state in DeviceState},
        "platforms": {platform.value: counts.platforms[platform] for platform in Platform},
        "groups": dict(sorted(counts.groups.items())),
        "pending": counts.pending,
    }
