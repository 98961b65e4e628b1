"""What a change leads to: two states of a workspace are run ahead to the same time, and compared there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from ...store.effects.effects import Effects, RecordEffect
from ...store.effects.records import KINDS
from ...store.model.forecast import Forecast
from ...store.model.notice import Notice
from ...store.model.task import Task
from ...store.persistence.copies.memory import MemoryEngine
from ...store.workspace import Workspace
from ..engine.run_report import RunProgress
from ..engine.windows.issuers import PaperIssuer
from ..moments.comparing import differing_rows
from .copying import forecast_copy
from .forecasting import assumptions_of, watched_run

_ISSUED = "device_certificates"
_LEFT_OUT = (_ISSUED, "simulation", "deliveries", "campaigns", "vault_keys")
"""Tables whose rows differ by their numbers as soon as anything has happened otherwise; and the keys of the copies."""

Progress = Callable[[RunProgress], None]


class PlayedOn(NamedTuple):
    """What has happened by then ``without`` the change and with it, and the difference."""

    without: Forecast
    changed: Forecast
    effects: Effects


def play_on(
    before: MemoryEngine, after: MemoryEngine, user: str, until: datetime, progress: Progress | None = None
) -> PlayedOn:
    """Run both states ahead, which ``copying.basis_of`` gave, by the same rules and the same habits.

    So what would have happened anyway is no part of the difference.
    """
    was, now = forecast_copy(before, user), forecast_copy(after, user)
    with was.workspace as one, now.workspace as other:
        last_notice, last_task = _last(one)
        without, changed = (
            watched_run(copy.workspace, until, None, assumptions_of(copy, 0), issuer=PaperIssuer(), progress=progress)
            for copy in (was, now)
        )
        return PlayedOn(without, changed, _difference(one, other, last_notice, last_task))


def _last(workspace: Workspace) -> tuple[int, int]:
    return workspace.database.table("notices").highest_id(), workspace.database.table("tasks").highest_id()


def _difference(one: Workspace, other: Workspace, last_notice: int, last_task: int) -> Effects:
    rows = {name: texts for name, texts in differing_rows(one, other).items() if name not in _LEFT_OUT}
    effects = other.trials.difference_from(one.trials.present(), rows)
    issued = len(other.database.table(_ISSUED)) - len(one.database.table(_ISSUED))
    records = effects.records
    if issued:
        kind = KINDS[_ISSUED].title
        records = (*records, RecordEffect(kind=kind, added=max(issued, 0), changed=0, deleted=max(-issued, 0)))
    return replace(
        effects,
        records=records,
        notices=_more(_notices(one, last_notice), _notices(other, last_notice)),
        tasks=_more(_tasks(one, last_task), _tasks(other, last_task)),
    )


def _notices(workspace: Workspace, last: int) -> list[str]:
    return [one.title for one in workspace.database.table("notices").records(Notice) if one.id > last]


def _tasks(workspace: Workspace, last: int) -> list[str]:
    return [one.title for one in workspace.database.table("tasks").records(Task) if one.id > last]


def _more(without: list[str], changed: list[str]) -> tuple[str, ...]:
    """The titles that are only there with the change; their numbers say nothing, since others come between."""
    return tuple((Counter(changed) - Counter(without)).elements())
