"""The outlook: consequences that begin and end if nobody acts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from ..consequences.consequences import Consequence, consequences
from ..consequences.interruptions import key_of
from ..consequences.landscape import Landscape, turning_points
from ..model.device import Platform


class OutlookEvent(Struct, frozen=True, kw_only=True):
    """What begins and ends at a time if nobody acts."""

    at: datetime
    began: tuple[Consequence, ...]
    ended: tuple[Consequence, ...]


def upcoming(landscape: Landscape, now: datetime, until: datetime) -> tuple[OutlookEvent, ...]:
    """What begins and ends after ``now`` and up to ``until``, in order."""
    events = []
    before = {key_of(one): one for one in consequences(landscape, now)}
    for moment in turning_points(landscape):
        if not now < moment <= until:
            continue
        after = {key_of(one): one for one in consequences(landscape, moment)}
        began = tuple(one for key, one in after.items() if key not in before)
        ended = tuple(one for key, one in before.items() if key not in after)
        if began or ended:
            at = min((one.since for one in began if one.since is not None), default=moment)
            events.append(OutlookEvent(at=at, began=began, ended=ended))
        before = after
    return tuple(events)


def affected(platforms: Iterable[Platform], devices: Mapping[Platform, int]) -> int:
    """The number of affected devices, given the number of enrolled devices per platform."""
    return sum(devices.get(platform, 0) for platform in dict.fromkeys(platforms))
