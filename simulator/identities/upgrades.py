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
from .system import Delays, ReleaseBranch, System, arrivals, branches_of, delays_of, system_of

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
    delays_by = delays_of(model.platform)
    update_after = _patch if model.platform is Platform.ANDROID else _version

    def after(draw: bytes, day: int) -> Upgrade | None:
        if not branches:
            return None
        delays = delays_by(draw)
        days = arrivals(branches, delays)
        highest, upgrade = 0, None
        for at, on in enumerate(days):
            if on <= day:
                highest = at
        for on in days[highest + 1 :]:
            if on > day and (upgrade is None or on < upgrade):
                upgrade = on
        following = day + 1 + (draw[6] - day - 1) % RHYTHM
        if upgrade is None or following < upgrade:  # otherwise no update comes before it
            last = max(days[highest], following - RHYTHM)  # when it was last brought up to date
            update = update_after(model, branches[highest], draw, delays, following, last)
            if update is not None and (upgrade is None or update.day < upgrade):
                return update
        if upgrade is None:
            return None
        newest = max(at for at, on in enumerate(days) if on <= upgrade)
        return Upgrade(upgrade, system_of(model, branches[newest], draw, date.fromordinal(upgrade), delays))

    return after


def _version(
    model: Model, branch: ReleaseBranch, draw: bytes, delays: Delays, following: int, last: int
) -> Upgrade | None:
    """The next update of a branch, on day ``following`` or a rhythm or more later: nothing changes before the next
    version is there."""
    place = max(1, bisect_right(branch.days, last - delays.update))  # it has had the branch's first version
    if place >= len(branch.days):
        return None
    on = following + max(0, -(-(branch.days[place] + delays.update - following) // RHYTHM)) * RHYTHM
    return Upgrade(on, system_of(model, branch, draw, date.fromordinal(on), delays))


def _patch(
    model: Model, branch: ReleaseBranch, draw: bytes, delays: Delays, following: int, last: int
) -> Upgrade | None:
    """The same for Android, where a patch may come without another version."""
    now = system_of(model, branch, draw, date.fromordinal(last), delays)
    for on in range(following, following + RHYTHM * _LONGEST, RHYTHM):
        system = system_of(model, branch, draw, date.fromordinal(on), delays)
        if system != now:
            return Upgrade(on, system)
    return None
