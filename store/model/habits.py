"""When a simulated device connects, and how it answers: plain numbers that its record carries."""

from __future__ import annotations

from msgspec import Struct


class Schedule(Struct, frozen=True, array_like=True, gc=False):
    """When a device checks in while nobody calls it. Times are seconds; see ``store.devices.schedule``.

    ``key`` is what its draws follow from. ``interval`` lies between two check-ins, which come ``phase`` after its
    multiples while the device is in use. That is from ``day_start`` to ``day_end`` of its local day (``utc_offset``
    east of Greenwich), at weekends too or not. In each period of ``spell_days`` it is offline once for up to
    ``spell_hours``, with a chance of ``spells`` in a thousand. From ``gone_at`` (Unix time) on it never comes back.
    """

    key: int
    interval: int
    phase: int = 0
    utc_offset: int = 0
    day_start: int = 0
    day_end: int = 86_400
    weekends: bool = True
    spell_days: int = 30
    spell_hours: int = 0
    spells: int = 0
    gone_at: int | None = None


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
    not_now: int = 0
    errors: int = 0
    losses: int = 0
    restores: int = 0
    busy_hours: int = 48
    owner_hours: int = 24
    ignores: int = 0
    keys: int = 0
    presents: int | None = None
    contact_at: int | None = None
