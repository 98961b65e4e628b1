"""The smallest pilot ring in which devices that fail together would show.

A cohort fails together because of a model and OS version, a mobile carrier, a place (time zone, otherwise the users'
mail domain) or a kind of enrollment. It shows once so many of its devices have answered with an error that
``common_traits`` names what they have in common, or that they are more than the ring's bound. The pilot holds enough
devices of every such group for that to happen with the wanted probability in the time that the ring has. Finding the
fewest devices is a covering problem; the greedy solution is close to the best one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from heapq import heapify, heappop, heappush
from math import ceil, comb

from msgspec import Struct

from ...store.devices.common_traits import FEWEST, DeviceTrait, shows_alone, traits_of
from ...store.devices.presence import last_seen
from ...store.devices.renewal import request_renewal
from ...store.errors import Refusal
from ...store.model.device import Device
from ...store.workspace import Workspace
from .choosing import chosen_devices
from .plan import Choice

LOOKED_AT = (
    DeviceTrait.MODEL_AND_OS,
    DeviceTrait.MODEL,
    DeviceTrait.OS,
    DeviceTrait.CARRIER,
    DeviceTrait.TIME_ZONE,
    DeviceTrait.ENROLLMENT,
)
"""What a cohort may have in common; a mail domain stands for a time zone that isn't known."""

_ROUNDS = 8

Group = tuple[DeviceTrait, str]


class CoveredGroup(Struct, frozen=True, kw_only=True):
    """Devices with a trait in common: ``devices`` of them can be renewed, ``in_pilot`` are in the pilot; if all of them
    fail, it shows with probability ``detected``."""

    trait: DeviceTrait
    value: str
    devices: int
    in_pilot: int
    detected: float


class Pilot(Struct, frozen=True, kw_only=True):
    """A pilot: its devices, out of ``candidates``. ``answering`` is the share of devices that answer in the time of a
    ring, as far as the last such time tells. ``failing`` is how many failing devices show, ``detect`` the wanted
    probability of that."""

    devices: tuple[Device, ...]
    candidates: int
    answering: float
    failing: int
    detect: float
    groups: tuple[CoveredGroup, ...]

    @property
    def missed(self) -> tuple[CoveredGroup, ...]:
        """The groups that are too small for the wanted probability, though all of their devices are in the pilot."""
        return tuple(group for group in self.groups if group.detected < self.detect)


class PilotWishes(Struct, frozen=True, kw_only=True):
    """``detect``: the probability with which a cohort is to be found ``within`` a time; cohorts smaller than the share
    ``smallest`` of the devices are not looked for. ``most_misses`` is the ring's bound."""

    detect: float = 0.95
    within: timedelta = timedelta(days=3)
    smallest: float = 0.01
    most_misses: float = 0.05


def find_pilot(workspace: Workspace, choice: Choice, wishes: PilotWishes) -> Pilot:
    """The smallest pilot among the devices of a choice that can be renewed. Refuses with ``no-candidates``."""
    now, outages = workspace.now(), workspace.impact.gate().outages
    newest = workspace.authorities.rotation().newest
    candidates = [
        device
        for device in chosen_devices(workspace, choice)
        if request_renewal(device, now, "", None if newest is None else newest.name).refusal is None
    ]
    since = now - wishes.within
    seen = {device.id for device in candidates if (at := last_seen(device, now, outages)) is not None and at >= since}
    if not seen:
        raise Refusal(
            "no-candidates",
            "no device that can be renewed has been seen lately",
            "Choose other devices, or a longer --within.",
        )
    return smallest_pilot(candidates, seen, wishes)


def smallest_pilot(candidates: Sequence[Device], seen: set[int], wishes: PilotWishes) -> Pilot:
    """The same, out of these devices; ``seen`` are those that have been seen in the last time of this length. The pilot
    is taken from them as far as possible, since who was away then is likely to be away."""
    answering = len(seen) / len(candidates)
    groups = {device.id: groups_of(device) for device in candidates}
    sizes = Counter(group for found in groups.values() for group in found)
    least = max(FEWEST, ceil(wishes.smallest * len(candidates)))
    looked_at = {group: size for group, size in sizes.items() if size >= least}
    order = sorted(candidates, key=lambda device: (device.id not in seen, device.id))
    failing = FEWEST
    for _ in range(_ROUNDS):  # how many must fail depends on the size of the pilot
        needed = devices_needed(failing, answering, wishes.detect)
        chosen = _cover(order, groups, {group: min(size, needed) for group, size in looked_at.items()})
        wanted = failing_that_shows(len(chosen) * answering, wishes.most_misses)
        if wanted <= failing:
            break
        failing = wanted
    inside = Counter(group for id in chosen for group in groups[id] if group in looked_at)
    covered = [
        CoveredGroup(
            trait=group[0],
            value=group[1],
            devices=size,
            in_pilot=inside[group],
            detected=at_least(failing, inside[group], answering),
        )
        for group, size in looked_at.items()
    ]
    return Pilot(
        devices=tuple(device for device in candidates if device.id in chosen),
        candidates=len(candidates),
        answering=answering,
        failing=failing,
        detect=wishes.detect,
        groups=tuple(sorted(covered, key=lambda group: (list(DeviceTrait).index(group.trait), group.value))),
    )


def groups_of(device: Device) -> tuple[Group, ...]:
    """The groups that a device belongs to."""
    values = dict(zip(DeviceTrait, traits_of(device), strict=True))
    if not values[DeviceTrait.TIME_ZONE]:
        values[DeviceTrait.TIME_ZONE] = values[DeviceTrait.MAIL_DOMAIN]
    return tuple((trait, values[trait]) for trait in LOOKED_AT if values[trait])


def failing_that_shows(answered: float, most_misses: float) -> int:
    """How many devices must fail, of so many that answer, until the ring holds."""
    total = max(1, round(answered))
    failing = FEWEST
    while failing < total and not (shows_alone(failing, total) or failing > most_misses * total):
        failing += 1
    return failing


def devices_needed(failing: int, answering: float, detect: float) -> int:
    """How many devices it takes until so many of them answer with this probability."""
    number = failing
    while at_least(failing, number, answering) < detect and number < 100 * failing:
        number += 1
    return number


def at_least(wanted: int, devices: int, answering: float) -> float:
    """The probability that at least so many of the devices answer."""
    fewer = sum(
        comb(devices, count) * answering**count * (1 - answering) ** (devices - count)
        for count in range(min(wanted, devices + 1))
    )
    return max(0.0, 1.0 - fewer) if devices >= wanted else 0.0


def _cover(order: Sequence[Device], groups: Mapping[int, tuple[Group, ...]], needed: Mapping[Group, int]) -> set[int]:
    """Devices that cover every group as often as needed: always the one that covers the most, in this order."""
    alike: dict[tuple[Group, ...], list[int]] = defaultdict(list)  # those of the same groups are interchangeable
    rank = {}
    for number, device in enumerate(order):
        rank[device.id] = number
        own = tuple(group for group in groups[device.id] if group in needed)
        if own:
            alike[own].append(device.id)
    missing = dict(needed)
    queue = [(-len(own), rank[ids[0]], own) for own, ids in alike.items()]
    heapify(queue)
    taken = dict.fromkeys(alike, 0)
    while queue:
        gain, _, own = heappop(queue)
        covers = sum(missing[group] > 0 for group in own)
        if not covers:
            continue
        ids = alike[own]
        if covers != -gain:  # it covers less than when it was looked at
            heappush(queue, (-covers, rank[ids[taken[own]]], own))
            continue
        taken[own] += 1
        for group in own:
            missing[group] -= 1
        if taken[own] < len(ids):
            heappush(queue, (-covers, rank[ids[taken[own]]], own))
    return _without_superfluous({own: alike[own][:number] for own, number in taken.items() if number}, missing)


def _without_superfluous(taken: Mapping[tuple[Group, ...], list[int]], missing: dict[Group, int]) -> set[int]:
    """Leave out devices without which every group is covered still; ``missing`` is negative for what is superfluous."""
    chosen = set()
    for own in sorted(taken, key=len):
        ids = taken[own]
        spare = min(len(ids), -max(missing[group] for group in own))
        for group in own:
            missing[group] += spare
        chosen |= set(ids[: len(ids) - spare])
    return chosen
