"""What is known of a fleet beside what a forecast said of it."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from ..devices.standing import standing_of
from ..model.device import Device
from ..model.kept_forecast import FleetLook, KeptForecast
from ..model.moment import Moment

SAID, CERTIFICATES, NOW = "forecast", "certificates", "now"
NEW_GROUP = "new CA group"
_LEAST_MOVE = 0.01
"""A CA group whose share is to grow by less is not spoken of."""


class ForecastComparison(Struct, frozen=True, kw_only=True):
    """What was ``said`` of a time, and what is ``known`` of it."""

    said: FleetLook
    known: FleetLook


class IssuedTo(Struct, frozen=True, gc=False):
    """The fields of a device certificate that say who held which at a time."""

    id: int
    device_id: int
    group: str
    issued_at: Moment


def look_at(devices: Iterable[Device], at: datetime, source: str) -> FleetLook:
    """The fleet by the records of its devices."""
    total = in_service = stranded = 0
    groups = Counter[str]()
    for device in devices:
        standing = standing_of(device)
        total += 1
        in_service += standing.in_service
        stranded += standing.out is not None
        if standing.group is not None:
            groups[standing.group] += 1
    return FleetLook(
        at=at,
        source=source,
        devices=total,
        in_service=in_service,
        stranded=stranded,
        groups=dict(sorted(groups.items())),
    )


def issued_looks(issued: Iterable[IssuedTo], times: Sequence[datetime]) -> Iterator[FleetLook]:
    """Who held a certificate of which CA group at each of some times: the last that was issued by then."""
    in_order = sorted(issued, key=lambda one: (one.issued_at, one.id))
    holds, groups, place = dict[int, str](), Counter[str](), 0
    for at in times:
        while place < len(in_order) and in_order[place].issued_at <= at:
            one = in_order[place]
            if (before := holds.get(one.device_id)) is not None:
                groups[before] -= 1
            holds[one.device_id] = one.group
            groups[one.group] += 1
            place += 1
        if holds:
            held = {name: count for name, count in sorted(groups.items()) if count}
            yield FleetLook(at=at, source=CERTIFICATES, devices=len(holds), groups=held)


def comparisons(kept: KeptForecast, known: Iterable[FleetLook]) -> tuple[ForecastComparison, ...]:
    """What is known, in order of time, each beside what was said of that time. After its end a forecast says no more
    than of its end."""
    times = [one.at for one in kept.said]
    in_order = sorted((one for one in known if one.at >= kept.started_at), key=lambda one: one.at)
    return tuple(
        ForecastComparison(said=kept.said[max(0, bisect_right(times, one.at) - 1)], known=one) for one in in_order
    )


def group_shares(kept: KeptForecast, one: ForecastComparison) -> list[tuple[str, float, float]]:
    """The shares of devices that were to hold a certificate of another CA group than at the beginning, each with what
    was said and what is known: of a new one, whatever its name is in exports, or of one that some held already."""
    first, last = kept.said[0], kept.said[-1]
    shares = []
    if set(last.groups) - set(first.groups):
        old = set(first.groups)
        shares.append((NEW_GROUP, 1 - _share(one.said, old), 1 - _share(one.known, old)))
    for group in first.groups:
        if _share(last, {group}) - _share(first, {group}) >= _LEAST_MOVE:
            shares.append((group, _share(one.said, {group}), _share(one.known, {group})))
    return shares


def _share(look: FleetLook, groups: set[str]) -> float:
    total = sum(look.groups.values())
    return sum(look.groups.get(group, 0) for group in groups) / total if total else 0.0
