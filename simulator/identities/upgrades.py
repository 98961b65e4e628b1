"""Upgrades: when a device moves to another branch of its OS (a major version, a build of Windows), and to which; and
the updates of a branch.

The same delays as in ``system`` apply, so a device that is drawn on a later day has the version that it would have
upgraded to by then. Of the updates of a branch a device installs what has come since, on one day in every ``RHYTHM``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from .model import Model, Release
from .owner import Platform
from .system import Branch, System, branches_of, delays_of, system_of

RHYTHM = 84
"""Days between two days on which a device installs the updates of its branch."""


_LONGEST = 20  # of those days that are looked at: patches that don't come any more are not waited for


class Upgrade(NamedTuple):
    """An upgrade, or an update, on a day (its ordinal)."""

    day: int
    system: System


def upgrades(model: Model, releases: Iterable[Release]) -> Callable[[bytes, int], Upgrade | None]:
    """The next upgrade of a device after a day; sixteen bytes are those that determined its OS. None if the tables have
    none."""
    branches = branches_of(model, releases, date.max)

    def after(draw: bytes, day: int) -> Upgrade | None:
        if not branches:
            return None
        delays = delays_of(model.platform, draw)
        days = [delays.arrival(one, branches) for one in branches]
        highest = max((at for at, on in enumerate(days) if on <= day), default=0)
        upgrade = min((on for on in days[highest + 1 :] if on > day), default=None)
        update = _update_day(model, branches[highest], draw, day, days[highest])
        if update is not None and (upgrade is None or update < upgrade):
            return Upgrade(update, system_of(model, branches[highest], draw, date.fromordinal(update)))
        if upgrade is None:
            return None
        newest = max(at for at, on in enumerate(days) if on <= upgrade)
        return Upgrade(upgrade, system_of(model, branches[newest], draw, date.fromordinal(upgrade)))

    return after


def _update_day(model: Model, branch: Branch, draw: bytes, day: int, since: int) -> int | None:
    """The day of the next update of a branch after a day; the device has had the branch ``since`` a day."""
    following = day + 1 + (draw[6] - day - 1) % RHYTHM
    last = max(since, following - RHYTHM)  # when it was last brought up to date
    if model.platform is not Platform.ANDROID:  # nothing changes before the next version is there
        late = delays_of(model.platform, draw).update
        place = max(1, bisect_right(branch.days, last - late))  # it has had the branch's first version
        if place >= len(branch.days):
            return None
        return following + max(0, -(-(branch.days[place] + late - following) // RHYTHM)) * RHYTHM
    now = system_of(model, branch, draw, date.fromordinal(last))
    for on in range(following, following + RHYTHM * _LONGEST, RHYTHM):
        if system_of(model, branch, draw, date.fromordinal(on)) != now:
            return on
    return None
