"""Who has which device of a fleet: people have a phone mostly, a computer, a tablet seldom; places share the rest.

The devices of each kind are numbered over all platforms, as many as the mix says. The people with phones are numbered
from 0; those with computers overlap them, but for some who have no phone.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...store.model.device import Platform
from ..identities.data.market import DEVICES_A_PLACE, NO_PHONE, SECOND_PHONE, SHARED, TABLETS
from ..identities.model import DeviceKind
from ..identities.permutation import Permutation
from ..identities.staff import DeviceHolder, Staff
from .mix import Mix

_COMPUTERS = (Platform.MACOS, Platform.WINDOWS)


class DeviceAllocation:
    """The people and places of a fleet, by device."""

    def __init__(self, mix: Mix, key: bytes, domain: str) -> None:
        self._mix = mix
        self._staff = Staff(key, domain)
        self._kinds = {platform: _kinds(platform, mix.count(platform)) for platform in Platform}
        self._before: dict[tuple[Platform, DeviceKind], int] = {}
        totals = dict.fromkeys(DeviceKind, 0)
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
        platform, at = self._mix.place(index)
        kind, at = _kind_at(self._kinds[platform], at)
        number = self._orders[kind](self._before[platform, kind] + at)
        match kind:
            case DeviceKind.PHONE:
                person = number if number < self._with_phone else (number - self._with_phone) * 31 % self._with_phone
            case DeviceKind.COMPUTER:
                person = self._first_computer + number
            case DeviceKind.TABLET:
                person = number * 7 % self.people
            case DeviceKind.SHARED:
                return platform, kind, self._staff.place(number // DEVICES_A_PLACE)
        return platform, kind, self._staff.person(person)

    def newcomer(self, number: int) -> DeviceHolder:
        """A person who joins after the fleet's start, by a number from 0."""
        return self._staff.person(self.people + number)


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
