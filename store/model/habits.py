"""When a simulated device connects and how it answers: numbers stored in its record."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

# An export may be damaged or malicious: a schedule without a working day would be searched for ever.
Chance = Annotated[int, Meta(ge=0, le=1000)]
Second = Annotated[int, Meta(ge=0, le=86_400)]
Hours = Annotated[int, Meta(ge=0, le=100_000)]
Positive = Annotated[int, Meta(ge=1, le=2**40)]

POOL_OPEN_DAYS = 5
"""How long a device of a pool is in use at a time: a working day is among them, at Easter too."""


class Schedule(Struct, frozen=True, array_like=True, gc=False):
    """The schedule of a device's own check-ins. Times are seconds; see ``store.devices.schedule``.

    ``key`` determines its random choices. Check-ins come ``phase`` after each multiple of ``interval`` while the device
    is in use: from ``day_start`` to ``day_end`` of its local day (``utc_offset`` east of Greenwich, in standard time),
    with or without weekends. With a ``zone`` (a name of the IANA database) the day follows its daylight saving time.
    A device without weekends is out of use at public ``holidays`` too: those of a country or a region (ISO 3166-2). In
    each period of ``spell_days`` it goes offline once for up to ``spell_hours``, with a chance of ``spells`` per
    thousand. From ``gone_at`` (Unix time) on it never connects again.

    ``leave`` is the chance per thousand of one to three weeks of leave in a summer, and again around Christmas (in the
    south: from Christmas on, and again in July), ``long_leave`` that of three to twelve months in four years. A device
    of a pool is in use for a few days in each ``pool_days``; 0 if it belongs to none. See ``store.devices.schedule``.
    """

    key: int
    interval: Positive
    phase: int = 0
    utc_offset: Annotated[int, Meta(ge=-86_400, le=86_400)] = 0
    day_start: Second = 0
    day_end: Second = 86_400
    weekends: bool = True
    spell_days: Annotated[int, Meta(ge=1, le=100_000)] = 30
    spell_hours: Hours = 0
    spells: Chance = 0
    gone_at: int | None = None
    zone: Annotated[str, Meta(max_length=64)] = ""
    holidays: Annotated[str, Meta(max_length=6)] = ""
    leave: Chance = 0
    long_leave: Chance = 0
    pool_days: Annotated[int, Meta(ge=0, le=1000)] = 0

    def __post_init__(self) -> None:
        if self.day_start >= self.day_end:
            raise ValueError("the day of a schedule ends before it begins")
        if 0 < self.pool_days <= POOL_OPEN_DAYS:
            raise ValueError("the period of a pool is shorter than the time in use")


class Wave(StrEnum):
    """What makes the owner of a device re-enroll it: a step of a campaign, or nobody (``BY_ITSELF``)."""

    BY_ITSELF = "by itself"
    FIRST_MAIL = "first mail"
    SECOND_MAIL = "second mail"
    DEADLINE = "deadline"
    VISIT = "visit"
    NEVER = "never"


class Told(Struct, frozen=True, array_like=True, gc=False):
    """What a campaign made of a device: told ``at`` a time, its owner acts ``acts_at``, moved by a ``wave`` that comes
    at ``reached_at``. It holds until the device is enrolled again. Times are Unix seconds; ``acts_at`` is None for an
    owner who never comes."""

    campaign: int
    wave: Wave
    at: int
    reached_at: int
    acts_at: int | None


class Habits(Struct, frozen=True, array_like=True, gc=False):
    """The habits of a simulated device: its schedule, its answers, its owner's delays, and its keys.

    ``not_now``, ``errors`` and ``losses`` are the chances per thousand that at a renewal the device is busy (for up to
    ``busy_hours``), fails a few times, or misses an answer or two. ``restores`` is the chance per thousand of a restore
    from a backup within a year. ``owner_hours`` is how long its owner usually takes to re-enroll; ``ignores`` is the
    chance per thousand that the owner waits until the device is turned away, or doesn't answer the first mail of a
    campaign. ``by_itself`` is the chance per thousand that the owner re-enrolls it without having been told; ``told``
    is what a campaign decided for it.

    ``pushed`` is the chance per thousand that a push wakes the device while it is in use, 0 if the server doesn't push;
    ``nightly`` is the chance that it can be reached in a night, or at a weekend, out of its hours. ``push_at`` (Unix
    time) is when the server sends the push for its last request, if it had to wait for others.

    ``index`` is its position in the fleet, ``keys`` the number of keys it has generated, ``presents`` the certificate
    it presents, ``contact_at`` (Unix time) its next unscheduled connection, ``replaced_by`` the device that its owner,
    or their successor, got in its place.
    """

    schedule: Schedule
    index: int
    not_now: Chance = 0
    errors: Chance = 0
    losses: Chance = 0
    restores: Chance = 0
    busy_hours: Hours = 48
    owner_hours: Hours = 24
    ignores: Chance = 0
    keys: int = 0
    presents: int | None = None
    contact_at: int | None = None
    replaced_by: int | None = None
    pushed: Chance = 0
    nightly: Chance = 0
    push_at: int | None = None
    by_itself: Chance = 1000
    told: Told | None = None
