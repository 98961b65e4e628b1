"""Arrivals and departures of a fleet: who gets or hands on which device on which day, as a function of the seed.

A fleet has as many places as devices were drawn. One place after another, in an order of the seed, takes a turn: its
person gets a new device, leaves and is followed by a newcomer with a new one, or hands the device on to somebody. Who
leaves gives up all their devices on that day. So turn *n* is computed on its own, and no history depends on how time is
cut into runs.

The rates are assumptions; see the table in docs/simulator.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from heapq import heappop, heappush
from typing import NamedTuple

from ...store.devices.schedule.chance import draw
from ...store.devices.schedule.local_days import daylight_saving, is_holiday
from ...store.model.device import Platform
from ..identities.model import DeviceKind
from ..identities.permutation import Permutation
from ..identities.staff import DeviceHolder
from .device_allocation import DeviceAllocation

MOST_CHURN = 1000
"""The most new devices per thousand a year: no place takes two turns at once."""

DAY = 86_400
_EPOCH = date(1970, 1, 1)
LONGEST_SHIFT = 14  # days between the day of a turn and the working day on which it comes, at most
# Turns on a working day of each month: more in autumn, when new models come out and budgets end.
_SEASON = (8, 8, 8, 8, 8, 8, 6, 8, 14, 18, 16, 10)
_A_YEAR = 2609  # of those, in a year of working days
_HANDED_ON, _LEFT = 80, 200  # per thousand turns: handed on; its person leaves, and a newcomer has a new one
_WHAT, _HOUR, _PHASE, _OVERLAP, _ENROLLED = range(401, 406)
_ATTEMPTS = 24  # at a day for an enrollment; one in 100,000 needs more


class TurnKind(StrEnum):
    """What a turn brings."""

    REPLACED = "replaced"
    JOINED = "joined"
    HANDED_ON = "handed on"


_HANDED = TurnKind.HANDED_ON


class DeviceTurn(NamedTuple):
    """A turn: its time (Unix) and number. ``device_index`` is that of the device concerned, in the fleet; unless it is
    handed on, the one of ``new_index`` takes its place and it falls silent at ``gone_at``. ``holder`` has the device of
    this place from now on. Who leaves gives up ``others``, too: the newcomer takes their places."""

    at: int
    number: int
    kind: TurnKind
    device_index: int
    new_index: int
    platform: Platform
    device_kind: DeviceKind
    holder: DeviceHolder
    gone_at: int
    others: tuple[int, ...] = ()


class Arrivals:
    """The turns of a fleet of so many ``devices``, of which ``churn`` per thousand are replaced a year."""

    def __init__(self, seed: int, devices: int, churn: int, start: datetime, allocation: DeviceAllocation) -> None:
        self._devices, self._churn, self._allocation = devices, churn, allocation
        self._key = int.from_bytes(blake2b(b"arrivals %d" % seed, digest_size=8).digest()) >> 1
        self._order = Permutation(devices, b"arrivals of %d" % seed)
        self._first_day = (start.date() - _EPOCH).days + 1
        self._done = [0]  # the weights of all days before each day
        self._unit = (1000 - _HANDED_ON) * _A_YEAR
        self._phase = draw(self._key, _PHASE) % self._unit

    def after(self, at: int) -> Iterator[DeviceTurn]:
        """The turns after a time, in order."""
        if not self._churn:
            return
        day, waiting = max(self._first_day, at // DAY - LONGEST_SHIFT), list[tuple[int, int, DeviceTurn]]()
        while True:
            for turn in self.of_day(day):
                if turn.at > at:
                    heappush(waiting, (turn.at, turn.number, turn))
            day += 1
            while waiting and waiting[0][0] < (day - 1) * DAY:  # east of Greenwich a day begins earlier
                yield heappop(waiting)[2]

    def of_day(self, day: int) -> Iterator[DeviceTurn]:
        """The turns that are planned for a day, counted from the epoch; on a holiday they come later."""
        for number in range(self._count(day), self._count(day + 1)):
            yield self._turn(number, day)

    def _count(self, day: int) -> int:
        """The number of turns before a day."""
        while len(self._done) <= day - self._first_day:
            self._done.append(self._done[-1] + _weight(self._first_day + len(self._done) - 1))
        return (self._done[day - self._first_day] * self._devices * self._churn + self._phase) // self._unit

    def _turn(self, number: int, day: int) -> DeviceTurn:
        place = self._order(number % self._devices)
        platform, device_kind = self._allocation.kind(place)
        kind, index, others = (
            self._kind(number, device_kind),
            self._device_of(place, number, device_kind),
            tuple[int, ...](),
        )
        person = None if device_kind is DeviceKind.SHARED else self._newcomer_at(place, number)
        holder = self._allocation.holder(place) if person is None else self._allocation.newcomer(person)
        at = working_time(holder, draw(self._key, _HOUR, number), day)
        overlap = 0 if kind is TurnKind.JOINED else DAY + draw(self._key, _OVERLAP, number) % (14 * DAY)
        if kind is TurnKind.JOINED and not self._is_handed_on(place, number):
            places = (one for one in self._allocation.others_of(place) if not self._is_handed_on(one, number))
            others = tuple(self._device_of(one, number, device_kind) for one in places)
        new = self._new_index(number)
        return DeviceTurn(at, number, kind, index, new, platform, device_kind, holder, at + overlap, others)

    def _turns_of(self, place: int, number: int) -> range:
        """The turns of a place before a number, the first one first."""
        return range(self._order.inverse(place), number, self._devices)

    def _device_of(self, place: int, number: int, device_kind: DeviceKind) -> int:
        """The index of the device that a place has before a turn."""
        before = reversed(self._turns_of(place, number))
        made = (one for one in before if self._kind(one, device_kind) is not _HANDED)
        device = next(made, None)
        return place if device is None else self._new_index(device)

    def _is_handed_on(self, place: int, number: int) -> bool:
        """Whether the device of a place was handed on before a turn: then its person has no other of these."""
        return any(self._drawn_kind(one) is _HANDED for one in self._turns_of(place, number))

    def _newcomer_at(self, place: int, number: int) -> int | None:
        """The turn that brought the person who has a place at a turn; None for the first one.

        Who follows somebody has all their places, except those whose device was handed on before.
        """
        own: list[int] = [*self._turns_of(place, number), number]
        if any(self._drawn_kind(one) is _HANDED for one in own):
            return max(one for one in own if self._drawn_kind(one) is not TurnKind.REPLACED)
        found = [one for one in own if self._drawn_kind(one) is TurnKind.JOINED]
        for other in self._allocation.others_of(place):
            for one in self._turns_of(other, number):
                if self._drawn_kind(one) is _HANDED:
                    break
                if self._drawn_kind(one) is TurnKind.JOINED:
                    found.append(one)
        return max(found) if found else None

    def _new_index(self, number: int) -> int:
        """The index in the fleet of the new device of a turn."""
        return self._devices + number

    def _kind(self, number: int, device_kind: DeviceKind) -> TurnKind:
        if device_kind is DeviceKind.SHARED:  # it belongs to a place
            return TurnKind.REPLACED
        return self._drawn_kind(number)

    def _drawn_kind(self, number: int) -> TurnKind:
        """The kind of a turn of a person's device."""
        drawn = draw(self._key, _WHAT, number) % 1000
        if drawn < _HANDED_ON:
            return TurnKind.HANDED_ON
        return TurnKind.JOINED if drawn < _HANDED_ON + _LEFT else TurnKind.REPLACED


def working_time(holder: DeviceHolder, drawn: int, day: int) -> int:
    """A time (Unix) in the working hours of a person, on a day counted from the epoch or on their next working day."""
    last = day + LONGEST_SHIFT - 2
    while day < last and (not _is_weekday(day) or is_holiday(holder.region, day)):
        day += 1
    second = holder.work_from + drawn % (holder.work_to - holder.work_from)
    return day * DAY + second - holder.zone.offset - daylight_saving(holder.zone.name, day)


def enrolled_on(holder: DeviceHolder, key: int, first: int, days: int) -> int:
    """When a device of a person was enrolled, within so many days from the first: in office hours, and in waves."""
    for attempt in range(_ATTEMPTS):
        day = first + draw(key, _ENROLLED, attempt) % days
        in_season = draw(key, _ENROLLED, attempt, 1) % max(_SEASON) < _weight(day)
        if in_season and not is_holiday(holder.region, day):
            break
    else:
        day = first + days // 2
    return working_time(holder, draw(key, _ENROLLED), day)


def _is_weekday(day: int) -> bool:
    return (day + 3) % 7 < 5  # the epoch was a Thursday


@lru_cache(maxsize=4096)
def _weight(day: int) -> int:
    """How many turns come on a day, in relation to others."""
    return _SEASON[(_EPOCH + timedelta(days=day)).month - 1] if _is_weekday(day) else 0
