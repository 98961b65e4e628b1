"""The make-up of a fleet."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from msgspec import Struct

from ..model.device import DeviceState, Platform
from ..persistence.conditions import has_items
from ..persistence.schema import ISSUER_GROUP, PLATFORM, STATE
from ..persistence.table import DocumentTable


class FleetCounts(Struct, frozen=True, kw_only=True):
    """The number of devices by state, platform and issuing group, and with pending actions."""

    total: int
    states: Counter[str]
    platforms: Counter[str]
    groups: Counter[str]
    pending: int


class Place(NamedTuple):
    """A platform and a state that devices have; ``issuer_group`` is the CA group of their certificates."""

    platform: Platform
    state: DeviceState
    issuer_group: str | None = None


def count_places(devices: DocumentTable, *, by_group: bool = False) -> dict[Place, int]:
    """How many devices there are in each place, counted by the database; ``by_group`` off: whatever the group."""
    keys = (PLATFORM, STATE, ISSUER_GROUP) if by_group else (PLATFORM, STATE)
    found: dict[Place, int] = {}
    for (platform, state, *group), count in devices.grouped(keys).items():
        name = None if not group or group[0] is None else str(group[0])
        place = Place(Platform(str(platform)), DeviceState(str(state or DeviceState.NOT_ENROLLED)), name)
        found[place] = found.get(place, 0) + count
    return found


def count_fleet(devices: DocumentTable) -> FleetCounts:
    """Count the devices of a table; the database does it."""
    states, platforms, groups = Counter[str](), Counter[str](), Counter[str]()
    for place, count in count_places(devices, by_group=True).items():
        states[place.state] += count
        platforms[place.platform] += count
        if place.issuer_group is not None:
            groups[place.issuer_group] += count
    pending = devices.count_where(has_items("pending"))
    return FleetCounts(total=states.total(), states=states, platforms=platforms, groups=groups, pending=pending)


def describe(counts: FleetCounts) -> dict[str, Any]:
    """The counts as programs get them."""
    return {
        "total": counts.total,
        "states": {state.value: counts.states[state] for state in DeviceState},
        "platforms": {platform.value: counts.platforms[platform] for platform in Platform},
        "groups": dict(sorted(counts.groups.items())),
        "pending": counts.pending,
    }
