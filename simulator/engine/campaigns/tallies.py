"""Counting who re-enrolls a device, and why, and who could not, by day: written together with the device."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from ....store.campaigns import re_enrollments_in
from ....store.model.campaign import CampaignFigures, ReEnrollments, Tally
from ....store.model.device import Device
from ....store.persistence.records import RecordTable
from ....store.workspace import Workspace
from ..behaviour.re_enrollment import calls_help_desk, calls_when_refused, reason
from .answers import DAY

_EPOCH = 719_163  # 1970-01-01 as ``date.toordinal`` counts


class ReEnrolled:
    """Collects the re-enrollments, and the refused enrollments, of a window."""

    def __init__(self, figures: CampaignFigures | None = None) -> None:
        self._figures = figures or CampaignFigures()
        self._found: dict[int, Counter[Tally]] = {}

    def add(self, device: Device, at: int) -> None:
        """Count a device that is about to be re-enrolled."""
        self._count(device, at, calls_help_desk(device, at, self._figures.calls))

    def refused(self, device: Device, at: int) -> None:
        """Count a device that its owner could not enroll."""
        self._count(device, at, calls_when_refused(device, at, self._figures.refused), refused=True)

    def _count(self, device: Device, at: int, called: bool, *, refused: bool = False) -> None:
        tally = Tally(*reason(device), device.platform, device.enrollment_kind, called, 1, refused)
        self._found.setdefault(_EPOCH + at // DAY, Counter())[tally] += 1

    def tallies(self) -> list[tuple[int, Tally, int]]:
        """What was counted: the ordinal of the day, the kind, and how many."""
        return [(day, tally, number) for day, found in self._found.items() for tally, number in found.items()]

    def include(self, tallies: Iterable[tuple[int, Tally, int]]) -> None:
        """Add what was counted elsewhere."""
        for day, tally, number in tallies:
            self._found.setdefault(day, Counter())[tally] += number

    def write(self, workspace: Workspace) -> None:
        """Add them to the days' counts, inside a transaction."""
        table = re_enrollments(workspace)
        for ordinal, found in self._found.items():
            before = table.peek(ordinal)
            table.put([ReEnrollments(id=ordinal, tallies=_sum(() if before is None else before.tallies, found))])


def re_enrollments(workspace: Workspace) -> RecordTable[ReEnrollments]:
    """The table of the days' counts."""
    return re_enrollments_in(workspace.database)


def _sum(before: Iterable[Tally], found: Mapping[Tally, int]) -> tuple[Tally, ...]:
    counts: Counter[tuple[object, ...]] = Counter()
    tallies = {}
    for tally, number in [*((tally, tally.count) for tally in before), *found.items()]:
        key = (tally.campaign, tally.wave, tally.platform, str(tally.enrollment_kind), tally.called, tally.refused)
        counts[key] += number
        tallies[key] = tally
    return tuple(replace(one, count=counts[key]) for key, one in sorted(tallies.items(), key=lambda item: item[0]))
