"""Upgrades: when a device moves to another branch of its OS (a major version, a build of Windows), and to which.

The same delays as in ``system`` apply, so a device that is drawn on a later day has the version that it would have
upgraded to by then. Updates of a branch come with the next upgrade only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from .model import Model, Release
from .system import System, branches_of, delays_of, system_of


class Upgrade(NamedTuple):
    """An upgrade, on a day (its ordinal)."""

    day: int
    system: System


def upgrades(model: Model, releases: Iterable[Release]) -> Callable[[bytes, int], Upgrade | None]:
    """The next upgrade of a device after a day; sixteen bytes are those that determined its OS. None if the tables have
    none."""
    branches = branches_of(model, releases, date.max)

    def after(draw: bytes, day: int) -> Upgrade | None:
        delays = delays_of(model.platform, draw)
        came = sorted((delays.arrival(one, branches), at) for at, one in enumerate(branches))
        highest = max((at for on, at in came if on <= day), default=0)
        for on, at in came:
            if on > day and at > highest:
                newest = max(at for other, at in came if other <= on)
                return Upgrade(on, system_of(model, branches[newest], draw, date.fromordinal(on)))
        return None

    return after
