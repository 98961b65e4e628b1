"""How many rows of the checklist have which problem: the figures that all front ends show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from ..components.capabilities import Level
from ..consequences.landscape import Landscape
from ..model.certificate import Status
from .checklist import checklist
from .checklist_row import ChecklistRow, Mark


class RowProblem(StrEnum):
    """What is counted. A row can have several; the words are those of the checklist's filter."""

    STOPPED = "stopped"
    DEGRADED = "degraded"
    MISSING = "missing"
    EXPIRING = "expiring"


def problems_of(row: ChecklistRow) -> frozenset[RowProblem]:
    """The problems of a row. A certificate is missing wherever none is bound and the need isn't marked as not used,
    also where nothing stops without it; what is critical is expiring too."""
    found = set()
    if row.level is not Level.FINE:
        found.add(RowProblem(row.level.value))
    if row.status == Mark.MISSING:
        found.add(RowProblem.MISSING)
    if row.status in (Status.EXPIRING, Status.CRITICAL):
        found.add(RowProblem.EXPIRING)
    return frozenset(found)


def counts_of(rows: Iterable[ChecklistRow]) -> dict[RowProblem, int]:
    """The number of rows with each problem, in the order of ``RowProblem``, without zeros."""
    found = [problems_of(row) for row in rows]
    counts = {problem: sum(problem in one for one in found) for problem in RowProblem}
    return {problem: count for problem, count in counts.items() if count}


def missing_needs(landscape: Landscape, now: datetime) -> int:
    """The number of rows whose certificate is missing at ``now`` (UTC, aware); no device has to be counted for it."""
    return counts_of(checklist(landscape, now)).get(RowProblem.MISSING, 0)
