"""When a simulated device connects, and how it answers: plain numbers that its record carries."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

# What is read from an export may be damaged, or made to do damage: a schedule without a day would be searched for ever.
Chance = Annotated[int, Meta(ge=0, le=1000)]
Second = Annotated[int, Meta(ge=0, le=86_400)]
Hours = Annotated[int, Meta(ge=0, le=100_000)]
Positive = Annotated[int, Meta(ge=1, le=2**40)]


class Schedule(Struct, frozen=True, array_like=True, gc=False):
    """When a device checks in while nobody calls it. Times are seconds; see ``store.devices.schedule``.

    ``key`` is what its draws follow from. ``interval`` lies between two check-ins, which come ``phase`` after its
    multiples while the device is in use. That is from ``day_start`` to ``day_end`` of its local day (``utc_offset``
    east of Greenwich), at weekends too or not. In each period of ``spell_days`` it is offline once for up to
    ``spell_hours``, with a chance of ``spells`` in a thousand. From ``gone_at`` (Unix time) on it never comes back.
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

    def __post_init__(self) -> None:
        if self.day_start >= self.day_end:
            raise ValueError("the day of a schedule ends before it begins")


class Habits(Struct, frozen=True, array_like=True, gc=False):
    """A simulated device: its schedule, how it answers, how long its owner takes, and what it holds.

    ``not_now``, ``errors`` and ``losses`` are the chances in a thousand that a renewal meets a device that is busy
    for a while (up to ``busy_hours``), that fails a few times, or that doesn't get an answer or two. ``restores``
    is the chance in a thousand that it is restored from a backup within a year. ``owner_hours`` is how long its
    owner usually takes to re-enroll; ``ignores`` the chance in a thousand that they wait until they are turned away.

    ``index`` is its place in the fleet, ``keys`` how many keys it has made, ``presents`` the certificate that it
    comes with, ``contact_at`` (Unix time) when it connects out of turn.
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
