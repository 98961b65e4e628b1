"""How many devices each filter of the product's device list finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from ...model.device import Device, Ownership, Platform
from .filter_ids import INACTIVE, is_in_enrollment_program


class Facets(NamedTuple):
    """The number of devices by each thing that filters go by. ``inactive`` has the periods in the filters' words, and
    ``more.than.30.days``."""

    platforms: Counter[Platform]
    versions: Counter[tuple[Platform, str]]
    managed: int
    unmanaged: int
    in_program: int
    ownerships: Counter[Ownership | None]
    groups: Counter[str]
    inactive: dict[str, int]


def count_facets(devices: Iterable[Device], seen: Mapping[int, datetime | None], now: datetime) -> Facets:
    """Count the devices; ``seen`` says when each was last seen."""
    versions: Counter[tuple[Platform, str]] = Counter()
    ownerships: Counter[Ownership | None] = Counter()
    groups: Counter[str] = Counter()
    count = managed = in_program = 0
    for device in devices:
        count += 1
        versions[device.platform, device.os_version] += 1
        ownerships[device.ownership] += 1
        managed += device.state.is_admitted
        in_program += is_in_enrollment_program(device)
        if device.issuer_group is not None:
            groups[device.issuer_group] += 1
    platforms: Counter[Platform] = Counter()
    for (platform, _), number in versions.items():
        platforms[platform] += number
    times = [at for at in seen.values() if at is not None]
    inactive = {name: sum(at >= now - period for at in times) for name, period in INACTIVE.items()}
    inactive["more.than.30.days"] = count - inactive["30.days"]
    return Facets(platforms, versions, managed, count - managed, in_program, ownerships, groups, inactive)
