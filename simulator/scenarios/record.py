"""How far a scenario is in its workspace: one record, written in the transactions of what happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from ...store.errors import Refusal
from ...store.model.audit import SYSTEM, AuditLine
from ...store.persistence.records import RecordTable
from ...store.workspace import Workspace
from ..forecast.outcome import Start

TABLE = "scenario"
HINT = "scenario.hint"
SOLUTION = "scenario.solution"
"""The line of somebody who looked at the best way known before the end."""
GOING_BACK = "moment.go"
"""The line of somebody who went back to an earlier moment."""
START = "scenario start"
"""The name of the moment that is kept at the start."""
PEOPLE = "scenario: "
"""Before the names of a scenario's own people in the audit trail."""
_PAGE = 1000


class ToldText(Struct, frozen=True, kw_only=True):
    """What the person was told, and when."""

    at: datetime
    text: str


class JudgedObjective(Struct, frozen=True, kw_only=True):
    """An objective that was judged; ``number`` is its place in the file, from 0."""

    number: int
    at: datetime
    met: bool
    said: str


class PreventedEvent(Struct, frozen=True, kw_only=True):
    """An event that didn't happen at its time, because its act was refused. ``line`` is its place in the file."""

    line: int
    at: datetime
    code: str
    message: str


class ScenarioProgress(Struct, frozen=True, kw_only=True):
    """The scenario of a workspace. ``text`` is the text of its file. ``taken`` turns (events, and judgements) are over;
    the next is at ``next_at``. ``last_audit`` is the last line of the audit trail before it began, ``base`` what the
    workspace looked like then. ``files`` are the names of the files that it hands over.
    ``say_first``: each act waits until somebody has said what it will stop. ``prevented`` are the events that didn't
    happen."""

    id: int
    name: str
    text: str
    started_at: datetime
    ends_at: datetime
    next_at: datetime | None
    taken: int = 0
    told: tuple[ToldText, ...] = ()
    judged: tuple[JudgedObjective, ...] = ()
    last_audit: int = 0
    base: Start
    files: tuple[str, ...] = ()
    say_first: bool = False
    prevented: tuple[PreventedEvent, ...] = ()


def scenario_table(workspace: Workspace) -> RecordTable[ScenarioProgress]:
    """The table; it has one record or none."""
    unknown = "no-scenario", "this workspace has no scenario", "Start one: `certfleet scenario start NAME`."
    return RecordTable(workspace.database.table(TABLE), ScenarioProgress, *unknown)


def progress_of(workspace: Workspace) -> ScenarioProgress:
    """The scenario of a workspace. Refuses with ``no-scenario``."""
    return scenario_table(workspace).get(1)


def find_progress(workspace: Workspace) -> ScenarioProgress | None:
    """The same; None without a scenario."""
    return scenario_table(workspace).peek(1)


def times(workspace: Workspace, action: str) -> int:
    """How often somebody did this since the scenario began: took a hint, say. The audit trail counts it: that stays
    when somebody goes back to a moment."""
    return sum(line.action == action for line in lines_since(workspace, progress_of(workspace)))


def times_back(lines: Iterable[AuditLine]) -> int:
    """How often somebody went back to an earlier moment, by the audit lines since the scenario began."""
    return sum(line.action == GOING_BACK for line in lines)


def lines_since(workspace: Workspace, progress: ScenarioProgress) -> Iterator[AuditLine]:
    """The audit lines since the scenario began, the newest first."""
    before: int | None = None
    while page := workspace.audit.tail(_PAGE, before):
        for line in page:
            if line.id <= progress.last_audit:
                return
            yield line
        before = page[-1].id


def acts_since(workspace: Workspace, progress: ScenarioProgress) -> list[AuditLine]:
    """What people did since the scenario began, the newest first: neither what happens by itself, nor the scenario's
    own people."""
    return [
        line
        for line in lines_since(workspace, progress)
        if line.user != SYSTEM.user and not line.user.startswith(PEOPLE)
    ]


def refuse_used(workspace: Workspace) -> None:
    """Refuses with ``workspace-in-use`` unless a scenario can begin in the workspace."""
    if len(workspace.database.table("certificates")) or workspace.devices.records.count():
        raise Refusal(
            "workspace-in-use",
            "this workspace holds certificates or devices already",
            "A scenario begins in a new workspace: name a new folder with --workspace.",
        )
