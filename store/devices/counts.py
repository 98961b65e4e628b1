"""The make-up of a fleet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from msgspec import Struct

from ..model.device import DeviceState, Platform
from ..persistence.schema import ISSUER_GROUP, PENDING, PLATFORM, STATE
from ..persistence.table import DocumentTable


class FleetCounts(Struct, frozen=True, kw_only=True):
    """The number of devices by state, platform and issuing group, and with pending actions."""

    total: int
    states: Counter[str]
    platforms: Counter[str]
    groups: Counter[str]
    pending: int


class Place(NamedTuple):
    """A platform and a state that devices have; ``issuer_group`` is the CA group of their certificates, ``pending``:
    actions are pending."""

    platform: Platform
    state: DeviceState
    issuer_group: str | None = None
    pending: bool = False


def count_places(devices: DocumentTable, *, by_group: bool = False, by_pending: bool = False) -> dict[Place, int]:
    """How many devices there are in each place, counted by the database; ``by_group`` off: whatever the group, and so
    on."""
    keys = [PLATFORM, STATE, *([ISSUER_GROUP] if by_group else []), *([PENDING] if by_pending else [])]
    found: dict[Place, int] = {}
    for values, count in devices.grouped(keys).items():
        known = dict(zip(keys, values, strict=True))
        group = known.get(ISSUER_GROUP)
        place = Place(
            Platform(str(known[PLATFORM])),
            DeviceState(str(known[STATE] or DeviceState.NOT_ENROLLED)),
            None if group is None else str(group),
            bool(known.get(PENDING)),
        )
        found[place] = found.get(place, 0) + count
    return found


def count_fleet(devices: DocumentTable) -> FleetCounts:
    """Count the devices of a table; the database does it."""
    return fleet_of(count_places(devices, by_group=True, by_pending=True))


def fleet_of(places: Mapping[Place, int]) -> FleetCounts:
    """The make-up of a fleet whose devices are counted by group and by pending actions."""
    states, platforms, groups, pending = Counter[str](), Counter[str](), Counter[str](), 0
    for place, count in places.items():
        pending += count if place.pending else 0
        states[place.state] += count
        platforms[place.platform] += count
        if place.issuer_group is not None:
            groups[place.issuer_group] += count
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
