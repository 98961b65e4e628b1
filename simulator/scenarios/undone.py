"""What somebody did and did not undo by going back to an earlier moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...store.model.audit import AuditLine
from ...store.model.kept_moment import KeptMoment
from ...store.workspace import Workspace
from .record import GOING_BACK, START


def lines_that_count(workspace: Workspace, lines: Iterable[AuditLine]) -> list[AuditLine]:
    """The audit lines, the oldest first, without those that were undone: the trail keeps them all."""
    moments = {one.id: one for one in workspace.moments.all()}
    found: list[AuditLine] = []
    for line in lines:
        if line.action == GOING_BACK:
            moment = moments.get(int(line.record.rpartition(":")[2]))
            found = [one for one in found if not _is_undone(one, found, line, moment)]
        found.append(line)
    return found


def _is_undone(one: AuditLine, before: Sequence[AuditLine], going: AuditLine, moment: KeptMoment | None) -> bool:
    """Whether going back undid a line. At the time of the moment itself, only the moment tells."""
    if one.at != going.at or moment is None:
        return one.at > going.at
    if moment.name == START:
        return True
    if moment.name is not None:
        record = f"moment:{moment.id}"
        return one.id > next((line.id for line in before if (line.action, line.record) == ("moment.save", record)), 0)
    act = next((line.id for line in before if line.at == moment.at and line.summary == moment.before), None)
    return one.wall_at > moment.wall_at if act is None else one.id >= act
