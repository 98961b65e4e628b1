"""Habits measured from a real inventory: a file for ``simulate fleet --habits``, made from imports of devices.

An export tells when each device was last seen, when it was enrolled, and often how. From these follow how many are away
for long (``pool``, ``long_leave``, ``gone``), how many are new in a year (``churn``), and ``supervised``. Hours,
weekends, answers and owners don't: they stay as in an office, and the file says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import fields

from ...store.devices.enrollment_kinds import KINDS
from ...store.devices.schedule.schedule import last_check_in
from ...store.errors import Refusal
from ...store.model.device import Device, EnrollmentKind, Platform
from ...store.model.device_import import SILENT_FOR, DeviceImport
from ...store.views.platforms import PLATFORMS
from ...store.words import day, plural
from . import PROFILES
from .profile import Profile
from .site_habits import SiteHabits

FEWEST = 50
"""Devices of a platform that a share is taken from, at least."""

KNOWN = 0.9
"""The share of devices whose enrollment must be known for their age to be counted."""

MIGRATED = 0.6
"""If more devices than this share have enrolled within a year, the fleet was moved or is new: that is no churn."""

SAMPLE = 2000  # devices by which the silence of a profile is computed
_YEAR = timedelta(days=365)
_DAY = 86_400
_THIRTY, _NINETY = SILENT_FOR.index(30), SILENT_FOR.index(90)
_DERIVED = ("pool", "long_leave", "gone", "supervised")

Shares = tuple[float, ...]
"""By ``SILENT_FOR``: the share of devices that have been silent for longer."""


class PlatformHabits(Struct, frozen=True, kw_only=True):
    """The measured habits of a platform, from ``devices``. ``silent`` are the measured shares, ``simulated`` those of a
    fleet with these habits; ``returned`` devices were silent for more than 30 days in one import and seen in a later
    one. ``supervised`` is None if the imports don't tell it of enough devices."""

    platform: Platform
    devices: int
    silent: Shares
    simulated: Shares
    returned: int
    pool: int
    long_leave: int
    gone: int
    supervised: int | None


class MeasuredHabits(Struct, frozen=True, kw_only=True):
    """Habits measured from ``imports``, the last export of which was made at ``as_of``. ``churn`` is None if it can't
    be told, and ``churn_note`` then says why. ``left_out`` are platforms with too few devices, and how many they
    have."""

    imports: int
    as_of: datetime
    devices: int
    platforms: tuple[PlatformHabits, ...]
    left_out: tuple[tuple[Platform, int], ...]
    churn: int | None
    churn_note: str

    @property
    def text(self) -> str:
        """The file of habits."""
        return "\n".join(_text(self))


def measure_habits(devices: Sequence[Device], imports: Sequence[DeviceImport]) -> MeasuredHabits:
    """Measure the habits of the devices that have been imported. Refuses with ``nothing-to-measure`` if no platform has
    enough of them with a check-in."""
    told = [one for one in imports if one.as_of is not None and one.silence]
    as_of = max((one.as_of for one in told if one.as_of is not None), default=None)
    own = [device for device in devices if device.reported is not None]
    found: list[PlatformHabits] = []
    few: list[tuple[Platform, int]] = []
    for platform in Platform:
        rows = [row for one in told for row in one.silence if row.platform is platform]
        if not rows or as_of is None:
            continue
        most = max(row.devices for row in rows)
        if most < FEWEST:
            few.append((platform, most))
            continue
        total = sum(row.devices for row in rows)
        silent = tuple(sum(row.longer[place] for row in rows) / total for place in range(len(SILENT_FOR)))
        profile, simulated = _fitted(PROFILES[platform], silent, as_of)
        found.append(
            PlatformHabits(
                platform=platform,
                devices=most,
                silent=silent,
                simulated=simulated,
                returned=sum(row.returned for row in rows),
                pool=profile.pool,
                long_leave=profile.long_leave,
                gone=profile.gone,
                supervised=_supervised(device for device in own if device.platform is platform),
            )
        )
    if as_of is None or not found:
        raise Refusal(
            "nothing-to-measure",
            f"no platform has {FEWEST} imported devices that have ever checked in",
            "Import an export with the last check-ins: `certfleet device import FILE.csv`.",
        )
    churn, note = _churn(own, as_of)
    return MeasuredHabits(
        imports=len(told),
        as_of=as_of,
        devices=sum(one.devices for one in found),
        platforms=tuple(found),
        left_out=tuple(few),
        churn=churn,
        churn_note=note,
    )


def simulated_silence(profile: Profile, start: datetime) -> Shares:
    """The shares of the devices of a profile that have been silent for long when a simulation begins."""
    at = int(start.timestamp())
    counts = [0] * len(SILENT_FOR)
    for key in range(SAMPLE):
        schedule = profile.habits(key, key, start).schedule
        if schedule.gone_at is not None and schedule.gone_at < at:
            seen = (
                last_check_in(schedule, schedule.gone_at, at - 91 * _DAY) if schedule.gone_at > at - 91 * _DAY else None
            )
        else:
            seen = last_check_in(schedule, at, at - 91 * _DAY)
        for place, days in enumerate(SILENT_FOR):
            counts[place] += seen is None or at - seen > days * _DAY
    return tuple(count / SAMPLE for count in counts)


def _fitted(office: Profile, silent: Shares, as_of: datetime) -> tuple[Profile, Shares]:
    """The office's profile with as many devices away for long as measured. Devices in a pool are silent for more than
    30 days rather than 90; those on long leave and those that are gone for more than 90. The proportion of these two is
    the office's."""
    nobody = office._replace(pool=0, long_leave=0, gone=0)
    base = simulated_silence(nobody, as_of)
    in_pool = simulated_silence(nobody._replace(pool=1000), as_of)
    away = simulated_silence(nobody._replace(long_leave=office.long_leave, gone=office.gone), as_of)
    pool_30, pool_90 = (in_pool[place] - base[place] for place in (_THIRTY, _NINETY))
    away_30, away_90 = (away[place] - base[place] for place in (_THIRTY, _NINETY))
    want_30, want_90 = (max(0.0, silent[place] - base[place]) for place in (_THIRTY, _NINETY))
    pool, by = _solve((pool_30, away_30, want_30), (pool_90, away_90, want_90))
    fitted = nobody._replace(
        pool=_chance(pool * 1000), long_leave=_chance(by * office.long_leave), gone=_chance(by * office.gone)
    )
    return fitted, simulated_silence(fitted, as_of)


def _solve(first: tuple[float, float, float], second: tuple[float, float, float]) -> tuple[float, float]:
    """x and y, neither below 0, with a*x + b*y = c for both (a, b, c); if there are none, the first one counts."""
    (a, b, c), (d, e, f) = first, second
    divisor = a * e - b * d
    if divisor:
        x, y = (c * e - b * f) / divisor, (a * f - c * d) / divisor
        if x >= 0 and y >= 0:
            return x, y
        if x < 0 and b > 0:
            return 0.0, c / b
    return (c / a if a > 0 else 0.0), 0.0


def _chance(share: float) -> int:
    return max(0, min(1000, round(share)))


def _supervised(devices: Iterable[Device]) -> int | None:
    """Per thousand of the persons' devices whose kind of enrollment is told."""
    kinds = [device.enrollment_kind for device in devices if device.enrollment_kind not in (None, EnrollmentKind.KIOSK)]
    return round(1000 * kinds.count(EnrollmentKind.SUPERVISED) / len(kinds)) if len(kinds) >= FEWEST else None


def _churn(devices: Sequence[Device], as_of: datetime) -> tuple[int | None, str]:
    """The new devices per thousand a year, and what that rests on, or why it can't be told."""
    known = [device.enrolled_at for device in devices if device.enrolled_at is not None]
    if len(known) < FEWEST or len(known) < KNOWN * len(devices):
        return None, "too few devices have a date of enrollment"
    new = sum(as_of - _YEAR < at <= as_of for at in known)
    said = f"{new:,} of {plural(len(known), 'device')} enrolled within the year before"
    if new > MIGRATED * len(known):
        return None, f"{said}: the fleet is new, or was moved"
    return round(1000 * new / len(known)), f"{said}; those enrolled again are among them"


def _text(measured: MeasuredHabits) -> Iterable[str]:
    yield f"# Habits measured from {plural(measured.imports, 'import')} of devices, the last of {day(measured.as_of)}:"
    yield f"# {plural(measured.devices, 'device')} with a check-in. For `certfleet simulate fleet --habits`."
    yield "# What isn't here can't be measured from last check-ins, and stays as in an office: assumed."
    for platform, count in measured.left_out:
        yield f"# {PLATFORMS[platform]} is left out: {plural(count, 'device')} are too few."
    if measured.churn is None:
        yield f"# churn is not measured: {measured.churn_note}."
    else:
        yield f"churn = {measured.churn}    # {measured.churn_note}"
    for one in measured.platforms:
        yield ""
        yield f"[{one.platform.value}]"
        yield f"# {plural(one.devices, 'device')}; {_silent(one.silent)}"
        yield f"# with these habits: {_silent(one.simulated)}"
        if one.returned:
            yield f"# {plural(one.returned, 'device')} silent for over 30 days in one import and seen in a later one"
        yield f"pool = {one.pool}"
        yield f"long_leave = {one.long_leave}"
        yield f"gone = {one.gone}"
        if one.supervised is not None and EnrollmentKind.SUPERVISED in KINDS[one.platform]:
            yield f"supervised = {one.supervised}"
        yield f"# assumed: {', '.join(assumed(one))}"
    yield ""


def assumed(one: PlatformHabits) -> list[str]:
    """The habits of a platform that stay as in an office."""
    measured = _DERIVED if one.supervised is not None else _DERIVED[:-1]
    return [field.name for field in fields(SiteHabits) if field.name not in measured]


def _silent(shares: Shares) -> str:
    """``silent for more than 7 days 8.9 %, 30 days 5.1 %, 90 days 1.9 %``."""
    told = [f"{days} days {100 * share:.1f} %" for days, share in zip(SILENT_FOR, shares, strict=True) if days > 1]
    return f"silent for more than {', '.join(told)}"
