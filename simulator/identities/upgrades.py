"""Upgrades: when a device moves to another branch of its OS (a major version, a build of Windows), and to which; and
the updates of a branch.

The same delays as in ``system`` apply, so a device that is drawn on a later day has the version that it would have
upgraded to by then. Of the updates of a branch a device installs what has come since, on one day in every ``RHYTHM``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from .model import Model, Release
from .owner import Platform
from .system import Delays, ReleaseBranch, System, arrivals, branches_of, delays_of, has_windows_10, system_of

RHYTHM = 84
"""Days between two days on which a device installs the updates of its branch."""


_LONGEST = 20  # of those days that are looked at: patches that don't come any more are not waited for


class Upgrade(NamedTuple):
    """An upgrade, or an update, on a day (its ordinal)."""

    day: int
    system: System


class Upgrades:
    """The upgrades of the devices of a model. Sixteen bytes are those that determined the OS of one of them; days are
    ordinals."""

    def __init__(self, model: Model, releases: Iterable[Release]) -> None:
        self._model = model
        self._branches = branches_of(model, releases, date.max)
        self._delays = delays_of(model.platform)
        self._update_after = _patch if model.platform is Platform.ANDROID else _version
        self._starts = [one.days[0] for one in self._branches]
        self._first_starts = sorted(self._starts)
        self._is_late = has_windows_10(self._branches, model.platform)
        self._is_plain = self._starts == self._first_starts and not self._is_late

    def earliest(self, draw: bytes, day: int) -> int | None:
        """A day before which none comes that comes after a day, found much sooner than the day itself; None if none
        comes at all."""
        if not self._branches:
            return None
        update, delays, starts = day + 1 + (draw[6] - day - 1) % RHYTHM, self._delays(draw), self._first_starts
        if self._is_late:
            return min((on for on in arrivals(self._branches, delays) if day < on < update), default=update)
        place = bisect_right(starts, day - delays.upgrade)
        return update if place == len(starts) else min(update, starts[place] + delays.upgrade)

    def after(self, draw: bytes, day: int) -> Upgrade | None:
        """The next one after a day; None if the tables have none."""
        branches, is_plain = self._branches, self._is_plain
        if not branches:
            return None
        delays = self._delays(draw)
        days = self._starts if is_plain else arrivals(branches, delays)
        late = delays.upgrade if is_plain else 0
        highest, upgrade = _on(days, day - late, is_plain=is_plain)
        following = day + 1 + (draw[6] - day - 1) % RHYTHM
        if upgrade is None or following < upgrade + late:  # otherwise no update comes before it
            last = max(days[highest] + late, following - RHYTHM)  # when it was last brought up to date
            update = self._update_after(self._model, branches[highest], draw, delays, following, last)
            if update is not None and (upgrade is None or update.day < upgrade + late):
                return update
        if upgrade is None:
            return None
        newest, on = max(at for at, come in enumerate(days) if come <= upgrade), upgrade + late
        return Upgrade(on, system_of(self._model, branches[newest], draw, on, delays))


def _on(days: list[int], day: int, *, is_plain: bool) -> tuple[int, int | None]:
    """The newest of the branches that come on these days, in order or not (``is_plain``), and the day of the next."""
    if is_plain:  # of a million devices each is asked
        place = max(1, bisect_right(days, day))
        return place - 1, days[place] if place < len(days) else None
    highest = max((at for at, on in enumerate(days) if on <= day), default=0)
    return highest, min((on for on in days[highest + 1 :] if on > day), default=None)


def _version(
    model: Model, branch: ReleaseBranch, draw: bytes, delays: Delays, following: int, last: int
) -> Upgrade | None:
    """The next update of a branch, on day ``following`` or a rhythm or more later: nothing changes before the next
    version is there."""
    place = max(1, bisect_right(branch.days, last - delays.update))  # it has had the branch's first version
    if place >= len(branch.days):
        return None
    on, ready = following, branch.days[place] + delays.update
    if ready > on:
        on += -(-(ready - on) // RHYTHM) * RHYTHM
    return Upgrade(on, system_of(model, branch, draw, on, delays))


def _patch(
    model: Model, branch: ReleaseBranch, draw: bytes, delays: Delays, following: int, last: int
) -> Upgrade | None:
    """The same for Android, where a patch may come without another version."""
    now = system_of(model, branch, draw, last, delays)
    if (system := system_of(model, branch, draw, following, delays)) != now:
        return Upgrade(following, system)
    end = following + RHYTHM * _LONGEST
    if system_of(model, branch, draw, end - RHYTHM, delays) == now:
        return None  # no patch comes back
    for on in range(following + RHYTHM, end, RHYTHM):
        system = system_of(model, branch, draw, on, delays)
        if system != now:
            return Upgrade(on, system)
    return None
