"""How many devices each filter of the product's device list finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from ...model.device import Ownership, Platform
from .filter_ids import INACTIVE, is_in_enrollment_program
from .traits import Traits


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


def count_facets(counts: Mapping[Traits, int], seen: Sequence[float], now: datetime) -> Facets:
    """Count the devices: ``counts`` has how many have which traits, ``seen`` when each was last seen, in seconds since
    1970, or 0."""
    versions: Counter[tuple[Platform, str]] = Counter()
    ownerships: Counter[Ownership | None] = Counter()
    groups: Counter[str] = Counter()
    platforms: Counter[Platform] = Counter()
    total = managed = in_program = 0
    for traits, count in counts.items():
        total += count
        platforms[traits.platform] += count
        versions[traits.platform, traits.os_version] += count
        ownerships[traits.ownership] += count
        managed += count * traits.state.is_admitted
        in_program += count * is_in_enrollment_program(traits)
        if traits.issuer_group is not None:
            groups[traits.issuer_group] += count
    limits = {name: (now - period).timestamp() for name, period in INACTIVE.items()}
    inactive = {name: sum(map(limit.__le__, seen)) for name, limit in limits.items()}
    inactive["more.than.30.days"] = total - inactive["30.days"]
    return Facets(platforms, versions, managed, total - managed, in_program, ownerships, groups, inactive)
