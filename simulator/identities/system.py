"""The OS of a device at a time: the version that it has by then, of those that its model can run."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from math import log2
from typing import NamedTuple

from .choice import WeightedChoice
from .data.market import EDITIONS, NEXT_WINDOWS_HALF_LIFE, UPDATE_HALF_LIFE, UPGRADE_HALF_LIFE
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


class _Branch(NamedTuple):
    """The versions of a branch that a model could have by now, oldest first, and the days on which they came out."""

    number: int
    days: list[int]
    releases: list[Release]


def systems(model: Model, releases: Iterable[Release], now: date) -> Callable[[bytes], System]:
    """A choice for the devices of a model: sixteen bytes determine the OS of one of them at ``now``.

    Each device has its own delays: for an upgrade to another branch, and for the updates of a branch.
    """
    branches, today = _branches(model, releases, now), now.toordinal()
    upgrade_delays, update_delays = (
        _delays(UPGRADE_HALF_LIFE[model.platform]),
        _delays(UPDATE_HALF_LIFE[model.platform]),
    )
    windows, android = model.platform is Platform.WINDOWS, model.platform is Platform.ANDROID
    newer = next((one.days[0] for one in branches if one.number >= _WINDOWS_11), None) if windows else None
    older = [one for one in branches if one.number < _WINDOWS_11] if newer is not None else []
    next_delays = _delays(NEXT_WINDOWS_HALF_LIFE)
    patches: dict[tuple[date, int], str] = {}

    def drawn(draw: bytes) -> System:
        edition = _EDITIONS(draw[8:16]) if windows else ""
        if not branches:
            return System(model.first, edition=edition)
        upgraded, updated = (
            today - upgrade_delays[draw[0] << 8 | draw[1]],
            today - update_delays[draw[2] << 8 | draw[3]],
        )
        among = branches
        if older and newer is not None and newer > today - next_delays[draw[4] << 8 | draw[5]]:
            among = older
        branch = among[0]
        for one in reversed(among):
            if one.days[0] <= upgraded:
                branch = one
                break
        release = branch.releases[max(0, bisect_right(branch.days, updated) - 1)]
        if not android:
            return System(release.version, release.build, "", edition)
        level = patches.get((release.released, updated))
        if level is None:
            level = patches[release.released, updated] = _patch_level(model, release, updated, now)
        return System(release.version, release.build, level)

    return drawn


def _branches(model: Model, releases: Iterable[Release], now: date) -> list[_Branch]:
    possible = [release for release in releases if release.released <= now and can_run(model, release)]
    if any(release.only == model.maker for release in possible):
        possible = [release for release in possible if release.only]
    branches: dict[int, list[Release]] = {}
    for release in sorted(possible, key=lambda release: (release.branch, version_number(release.version))):
        branches.setdefault(release.branch, []).append(release)
    return [_Branch(number, [one.released.toordinal() for one in some], some) for number, some in branches.items()]


@cache
def _delays(half_life: float) -> tuple[int, ...]:
    """The delays of 65,536 devices in days: half of them are late by at most the half-life, a quarter by more than
    twice that."""
    return tuple(int(-log2((number + 1) / 2**16) * half_life) for number in range(2**16))


def _patch_level(model: Model, release: Release, updated: int, now: date) -> str:
    """The first or the fifth of a month: not before model and version came out, nor after the last for the model."""
    earliest, latest = max(model.released, release.released), model.patched_until or now
    day = max(min(date.fromordinal(updated - _ROLL_OUT), latest), min(earliest, now)).replace(day=1)
    if model.maker == "Google" and day.replace(day=5) <= now:
        day = day.replace(day=5)
    return day.isoformat()
