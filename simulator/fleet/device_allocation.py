"""Who has which device of a fleet: people have a phone mostly, a computer, a tablet seldom; places share the rest.

The devices of each kind are numbered over all platforms, as many as the mix says. The people with phones are numbered
from 0; those with computers overlap them, but for some who have no phone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import gcd

from ...store.model.device import Platform
from ..identities.data.market import DEVICES_A_PLACE, NO_PHONE, SECOND_PHONE, SHARED, TABLETS
from ..identities.model import DeviceKind
from ..identities.permutation import Permutation
from ..identities.staff import DeviceHolder, staff
from .mix import Mix

_COMPUTERS = (Platform.MACOS, Platform.WINDOWS)
_SECOND_STEP, _TABLET_STEP = 31, 7  # from the person with one second phone, or tablet, to that with the next


class DeviceAllocation:
    """The people and places of a fleet, by device."""

    def __init__(self, mix: Mix, key: bytes, domain: str) -> None:
        self._mix = mix
        self._staff = staff(key, domain)
        self._kinds = {platform: _kinds(platform, mix.count(platform)) for platform in Platform}
        self._totals = dict.fromkeys(DeviceKind, 0)
        self._before: dict[tuple[Platform, DeviceKind], int] = {}
        totals = self._totals
        for platform, counts in self._kinds.items():
            for kind, count in counts.items():
                self._before[platform, kind] = totals[kind]
                totals[kind] += count
        phones, computers = totals[DeviceKind.PHONE], totals[DeviceKind.COMPUTER]
        self._with_phone = phones - phones * SECOND_PHONE // 100
        without = computers * NO_PHONE // 100 if self._with_phone else computers
        # Of more computers than people with phones, the rest belongs to people who have none.
        self._first_computer = max(0, self._with_phone - (computers - without))
        self.people = max(self._with_phone, self._first_computer + computers) or totals[DeviceKind.TABLET]
        # Each kind in an order of its own, so that an iPhone's owner may have a Windows laptop or a Mac.
        self._orders = {kind: Permutation(max(1, totals[kind]), key + kind.encode()) for kind in DeviceKind}

    def device(self, index: int) -> tuple[Platform, DeviceKind, DeviceHolder]:
        """The platform and the kind of device ``index``, and who has it."""
        return *self.kind(index), self.holder(index)

    def kind(self, index: int) -> tuple[Platform, DeviceKind]:
        """The platform and the kind of device ``index``."""
        platform, kind, _ = self._numbered(index)
        return platform, kind

    def holder(self, index: int) -> DeviceHolder:
        """Who has device ``index``."""
        _, kind, number = self._numbered(index)
        person = self._person(kind, number)
        return self._staff.place(number // DEVICES_A_PLACE) if person is None else self._staff.person(person)

    def others_of(self, index: int) -> tuple[int, ...]:
        """The other devices of the person who has device ``index``; none of a place."""
        _, kind, number = self._numbered(index)
        person = self._person(kind, number)
        return () if person is None else tuple(one for one in self._devices_of(person) if one != index)

    def _numbered(self, index: int) -> tuple[Platform, DeviceKind, int]:
        """The platform and the kind of device ``index``, and its number among all devices of the kind."""
        platform, at = self._mix.place(index)
        kind, at = _kind_at(self._kinds[platform], at)
        return platform, kind, self._orders[kind](self._before[platform, kind] + at)

    def _person(self, kind: DeviceKind, number: int) -> int | None:
        """Who has a device, by its number among those of the kind; None for a place."""
        match kind:
            case DeviceKind.PHONE if number < self._with_phone:
                return number
            case DeviceKind.PHONE:
                return (number - self._with_phone) * _SECOND_STEP % self._with_phone
            case DeviceKind.COMPUTER:
                return self._first_computer + number
            case DeviceKind.TABLET:
                return number * _TABLET_STEP % self.people
            case DeviceKind.SHARED:
                return None

    def _devices_of(self, person: int) -> Iterator[int]:
        if person < self._with_phone:
            yield self._index(DeviceKind.PHONE, person)
            seconds = self._totals[DeviceKind.PHONE] - self._with_phone
            for number in _multiples(_SECOND_STEP, person, self._with_phone, seconds):
                yield self._index(DeviceKind.PHONE, self._with_phone + number)
        if 0 <= person - self._first_computer < self._totals[DeviceKind.COMPUTER]:
            yield self._index(DeviceKind.COMPUTER, person - self._first_computer)
        for number in _multiples(_TABLET_STEP, person, self.people, self._totals[DeviceKind.TABLET]):
            yield self._index(DeviceKind.TABLET, number)

    def _index(self, kind: DeviceKind, number: int) -> int:
        """The device with a number among those of the kind."""
        at = self._orders[kind].inverse(number)
        for platform, counts in self._kinds.items():
            if kind in counts and 0 <= (rest := at - self._before[platform, kind]) < counts[kind]:
                kinds = list(counts)
                first = sum(counts[one] for one in kinds[: kinds.index(kind)])
                return self._mix.index(platform, first + rest)
        raise IndexError("there are fewer devices of the kind")

    def newcomer(self, number: int) -> DeviceHolder:
        """A person who joins after the fleet's start, by a number from 0."""
        return self._staff.person(self.people + number)


def _multiples(step: int, rest: int, modulus: int, below: int) -> Iterator[int]:
    """The numbers below a limit of which ``step`` times the number leaves a ``rest``."""
    common = gcd(step, modulus)
    if rest % common == 0:
        size = modulus // common
        yield from range(rest // common * pow(step // common, -1, size) % size, below, size)


def _kind_at(counts: Mapping[DeviceKind, int], at: int) -> tuple[DeviceKind, int]:
    """The kind of a platform's device by its number, and its number among those of the kind."""
    for kind, count in counts.items():
        if at < count:
            return kind, at
        at -= count
    raise IndexError("a platform has fewer devices")


def _kinds(platform: Platform, count: int) -> Mapping[DeviceKind, int]:
    """How many devices of a platform are of which kind."""
    if platform in _COMPUTERS:
        return {DeviceKind.COMPUTER: count}
    tablets = count * TABLETS.get(platform.value, 0) // 100
    shared = count * SHARED.get(platform.value, 0) // 100
    return {DeviceKind.TABLET: tablets, DeviceKind.SHARED: shared, DeviceKind.PHONE: count - tablets - shared}
