"""What will fail in a fleet: cohorts of devices that have something in common, chosen by the seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct

from ...store.devices.schedule.chance import draw
from ...store.model.device import Platform
from ...store.model.failures import FailureCause, FailureCohort, Failures
from ...store.model.habits import Habits

LEAST, MOST = 10, 30
"""The share of a cohort among the devices that can be renewed, per thousand."""

FEWEST = 3
"""Devices in a cohort at least: a smaller fleet has none."""

_LASTS = 42, 56  # days
_CAUSE, _WHICH, _PROFILE, _DAYS = range(511, 515)


class CohortTraits(Struct, frozen=True):
    """The parts of a device that decide to which cohort it may belong."""

    id: int
    platform: Platform
    model: str = ""
    os_version: str = ""
    habits: Habits | None = None
    carrier: str | None = None


class _System(NamedTuple):
    platform: Platform
    model: str
    os_version: str


def choose_failures(devices: Iterable[CohortTraits], seed: int, never: Mapping[Platform, int]) -> Failures:
    """What fails in a fleet of these devices: one cohort at renewals, and one that rejects policies, as far as the
    fleet has groups of the right size."""
    systems: Counter[_System] = Counter()
    zones: Counter[str] = Counter()
    carriers: Counter[str] = Counter()
    renewable = 0
    for device in devices:
        if device.platform is not Platform.WINDOWS:
            renewable += 1
            systems[_System(device.platform, device.model, device.os_version)] += 1
            zones["" if device.habits is None else device.habits.schedule.zone] += 1
            carriers[device.carrier or ""] += 1
    del zones[""], carriers[""]
    least, most = max(FEWEST, -(-renewable * LEAST // 1000)), renewable * MOST // 1000
    of_system = [system for system, count in sorted(systems.items()) if least <= count <= most]
    of_zone = [zone for zone, count in sorted(zones.items()) if least <= count <= most]
    of_carrier = [carrier for carrier, count in sorted(carriers.items()) if least <= count <= most]
    cohorts, cause = [], draw(seed, _CAUSE) % 6  # a carrier for one seed in six, a place for two
    if of_carrier and cause == 5:
        carrier = of_carrier[draw(seed, _WHICH) % len(of_carrier)]
        cohorts.append(FailureCohort(cause=FailureCause.CARRIER, days=_days(seed, 0), carrier=carrier))
    elif of_zone and (not of_system or cause % 3 == 0):
        zone = of_zone[draw(seed, _WHICH) % len(of_zone)]
        cohorts.append(FailureCohort(cause=FailureCause.PROXY, days=_days(seed, 0), zone=zone))
    elif of_system:
        system = of_system.pop(draw(seed, _WHICH) % len(of_system))
        cohorts.append(_of_system(FailureCause.OS_VERSION, system, _days(seed, 0)))
    if of_phone := [system for system in of_system if system.platform is Platform.IOS]:  # policies are for iOS
        system = of_phone[draw(seed, _PROFILE) % len(of_phone)]
        cohorts.append(_of_system(FailureCause.PROFILE, system, _days(seed, 1)))
    return Failures(never={platform: share for platform, share in never.items() if share}, cohorts=tuple(cohorts))


def _of_system(cause: FailureCause, system: _System, days: int) -> FailureCohort:
    return FailureCohort(
        cause=cause, days=days, platform=system.platform, model=system.model, os_version=system.os_version
    )


def _days(seed: int, which: int) -> int:
    first, last = _LASTS
    return first + draw(seed, _DAYS, which) % (last - first + 1)
