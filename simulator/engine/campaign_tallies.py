"""Counting who re-enrolls a device, and why, by day: written together with the re-enrollment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ...store.model.campaign import ReEnrollments, Tally
from ...store.model.device import Device
from ...store.persistence.records import RecordTable
from ...store.workspace import Workspace
from .campaign_answers import DAY
from .re_enrollment import calls_help_desk, reason

_EPOCH = 719_163  # 1970-01-01 as ``date.toordinal`` counts


class ReEnrolled:
    """Collects the re-enrollments of a window. ``calls`` is how many of a thousand owners call the help desk."""

    def __init__(self, calls: int) -> None:
        self._calls = calls
        self._found: dict[int, Counter[Tally]] = {}

    def add(self, device: Device, at: int) -> None:
        """Count a device that is about to be re-enrolled."""
        campaign, wave = reason(device)
        called = calls_help_desk(device, at, self._calls)
        tally = Tally(campaign, wave, device.platform, device.enrollment_kind, called, 1)
        self._found.setdefault(_EPOCH + at // DAY, Counter())[tally] += 1

    def write(self, workspace: Workspace) -> None:
        """Add them to the days' counts, inside a transaction."""
        table = re_enrollments(workspace)
        for ordinal, found in self._found.items():
            before = table.peek(ordinal)
            table.put([ReEnrollments(id=ordinal, tallies=_sum(() if before is None else before.tallies, found))])


def re_enrollments(workspace: Workspace) -> RecordTable[ReEnrollments]:
    """The table of the days' counts."""
    return RecordTable(workspace.database.table("re_enrollments"), ReEnrollments)


def _sum(before: Iterable[Tally], found: Mapping[Tally, int]) -> tuple[Tally, ...]:
    counts: Counter[tuple[object, ...]] = Counter()
    tallies = {}
    for tally, number in [*((tally, tally.count) for tally in before), *found.items()]:
        key = (tally.campaign, tally.wave, tally.platform, str(tally.enrollment_kind), tally.called)
        counts[key] += number
        tallies[key] = tally
    return tuple(
        Tally(one.campaign, one.wave, one.platform, one.enrollment_kind, one.called, counts[key])
        for key, one in sorted(tallies.items(), key=lambda item: item[0])
    )
