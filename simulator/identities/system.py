"""The OS of a device at a time: the version that it has by then, of those that its model can run."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from math import log2
from typing import NamedTuple

from .choice import WeightedChoice
from .data.market import EDITIONS, NEXT_WINDOWS_HALF_LIFE, UPDATE_HALF_LIFE, UPGRADE_HALF_LIFE, UPGRADE_SHAPE
from .model import Model, Release, can_run, version_number
from .owner import Platform

_WINDOWS_11 = 22000  # its first build
_ROLL_OUT = 10  # days between a month's patches and their arrival
_EDITIONS = WeightedChoice(EDITIONS)


class System(NamedTuple):
    """The OS that a device reports. ``security_patch`` is Android's patch level, ``edition`` that of Windows."""

    version: str
    build: str = ""
    security_patch: str = ""
    edition: str = ""


class ReleaseBranch(NamedTuple):
    """The versions of a branch that a model could have by now, oldest first, and the days on which they came out."""

    number: int
    days: list[int]
    releases: list[Release]


class Delays(NamedTuple):
    """How many days a device is late: with an upgrade to another branch, with the updates of a branch, and from Windows
    10 to 11."""

    upgrade: int
    update: int
    next_windows: int


@cache
def delays_of(platform: Platform) -> Callable[[bytes], Delays]:
    """The delays of the devices of a platform, by sixteen bytes."""
    upgrade = _Late(UPGRADE_HALF_LIFE[platform], UPGRADE_SHAPE[platform])
    update = _Late(UPDATE_HALF_LIFE[platform])
    next_windows = _Late(NEXT_WINDOWS_HALF_LIFE) if platform is Platform.WINDOWS else None

    def of(draw: bytes) -> Delays:
        late = 0 if next_windows is None else next_windows.days(draw[4] << 8 | draw[5])
        return Delays(upgrade.days(draw[0] << 8 | draw[1]), update.days(draw[2] << 8 | draw[3]), late)

    return of


def arrivals(branches: Sequence[ReleaseBranch], delays: Delays) -> list[int]:
    """The days on which the device has each of the branches that its model can run."""
    days = [one.days[0] + delays.upgrade for one in branches]
    if delays.next_windows and has_windows_10(branches, Platform.WINDOWS):
        newer = [at for at, one in enumerate(branches) if one.number >= _WINDOWS_11]
        for at in newer:
            days[at] = max(days[at], branches[newer[0]].days[0] + delays.next_windows)
    return days


def has_windows_10(branches: Sequence[ReleaseBranch], platform: Platform) -> bool:
    """Whether a model of this platform can have Windows 10, and so come late to Windows 11."""
    return platform is Platform.WINDOWS and bool(branches) and branches[0].number < _WINDOWS_11


def systems(model: Model, releases: Iterable[Release], now: date) -> Callable[[bytes], System]:
    """A choice for the devices of a model: sixteen bytes determine the OS of one of them at ``now``.

    Each device has its own delays: for an upgrade to another branch, and for the updates of a branch.
    """
    branches, today, delays_by = branches_of(model, releases, now), now.toordinal(), delays_of(model.platform)

    def drawn(draw: bytes) -> System:
        if not branches:
            return System(model.first, edition=_EDITIONS(draw[8:16]) if model.platform is Platform.WINDOWS else "")
        delays = delays_by(draw)
        arrived = [branch for branch, on in zip(branches, arrivals(branches, delays), strict=True) if on <= today]
        return system_of(model, arrived[-1] if arrived else branches[0], draw, today, delays)

    return drawn


def system_of(model: Model, branch: ReleaseBranch, draw: bytes, day: int, delays: Delays) -> System:
    """The OS of a device that has a branch on a day (its ordinal)."""
    updated = day - delays.update
    release = branch.releases[max(0, bisect_right(branch.days, updated) - 1)]
    if model.platform is Platform.WINDOWS:
        return System(release.version, release.build, "", _EDITIONS(draw[8:16]))
    if model.platform is not Platform.ANDROID:
        return System(release.version, release.build)
    return System(release.version, release.build, _patch_level(model, release, updated, date.fromordinal(day)))


def branches_of(model: Model, releases: Iterable[Release], now: date) -> list[ReleaseBranch]:
    possible = [release for release in releases if release.released <= now and can_run(model, release)]
    if any(release.only == model.maker for release in possible):
        possible = [release for release in possible if release.only]
    branches: dict[int, list[Release]] = {}
    for release in sorted(possible, key=lambda release: (release.branch, version_number(release.version))):
        branches.setdefault(release.branch, []).append(release)
    return [
        ReleaseBranch(number, [one.released.toordinal() for one in some], some) for number, some in branches.items()
    ]


class _Late:
    """The delays of 65,536 devices in days: half of them are late by at most the half-life; with the shape 1, a quarter
    by more than twice that (a Weibull distribution). Each is worked out when it is first asked for."""

    def __init__(self, half_life: float, shape: float = 1) -> None:
        self._half_life, self._power = half_life, 1 / shape
        self._known = array("i", [-1]) * 2**16

    def days(self, number: int) -> int:
        """That of a device."""
        known = self._known[number]
        if known < 0:
            known = int((-log2((number + 1) / 2**16)) ** self._power * self._half_life)
            self._known[number] = known
        return known


def _patch_level(model: Model, release: Release, updated: int, now: date) -> str:
    """The first or the fifth of a month: not before model and version came out, nor after the last for the model."""
    earliest, latest = max(model.released, release.released), model.patched_until or now
    day = max(min(date.fromordinal(updated - _ROLL_OUT), latest), min(earliest, now)).replace(day=1)
    if model.maker == "Google" and day.replace(day=5) <= now:
        day = day.replace(day=5)
    return day.isoformat()
