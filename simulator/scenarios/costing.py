"""What each act cost: the scenario is run again from its start, once without each act.

Waiting is an act, too: the time before an act that made a difference, if it was long. The runs are compared with one of
all acts, so that what can't be done again doesn't count for anything. Results are kept in the workspace.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from ...store.errors import Refusal
from ...store.model.audit import AuditLine
from ...store.workspace import Workspace
from ..engine.processes.workers import executor_for
from ..plans.from_audit import AuditPlan, made_by, plan_of_lines
from ..plans.plan import RenewApns
from .act_cost import ActCost, ActCosts
from .acts import is_an_act
from .kept_reruns import digest, keep, kept_reruns
from .record import acts_since, progress_of
from .rerun import DatedAct, RunResult, StartingPoint, run_acts, starting_point
from .undone import lines_that_count

LONG_WAIT = timedelta(hours=12)
"""Less is not called waiting: people sleep."""
_WORTH_PROCESSES = 4.0
"""The seconds from which the runs are shared out to processes, each of which takes a second to begin."""

Told = Callable[[int, int], None]
"""Called with how many of how many runs are done."""


class _RunBasis(NamedTuple):
    """What the runs begin with and are made of. ``told`` are the costs of other acts, which need no run: they
    can't be done again, or asked no device."""

    point: StartingPoint
    acts: list[DatedAct]
    told: list[ActCost]


def act_costs(
    workspace: Workspace, *, workers: int = 1, executor: Executor | None = None, told: Told | None = None
) -> ActCosts | None:
    """What each act cost; None if the scenario can't be run from its start. ``workers`` processes share the runs if
    that pays, or an ``executor`` makes them all."""
    progress = progress_of(workspace)
    lines = _acts(workspace)
    state = _state(workspace, lines)
    known = kept_reruns(workspace)
    if known.costs_of == state:
        return known.costs
    basis = _basis(workspace, lines)
    if basis is None:
        return None
    began = time.monotonic()
    run = partial(run_acts, basis.point, basis.acts)
    whole = run() if executor is None else executor.submit(run).result()
    seconds = time.monotonic() - began
    refused = {one.number: one.message for one in whole.refused}
    acts = [one for one in basis.acts if one.number not in refused]
    unable = [_unable(one.line, refused[one.number]) for one in basis.acts if one.number in refused]
    many = workers if seconds * 2 * len(acts) > _WORTH_PROCESSES else 1
    with executor_for(min(many, len(acts)), executor) as pool:
        tell = None if told is None else partial(_tell, told, 2 * len(acts) + 1)
        without = list(
            _each(pool, basis.point, [[one for one in acts if one.number != act.number] for act in acts], 1, tell)
        )
        found = [_cost(act, whole, run) for act, run in zip(acts, without, strict=True)]
        useful = [act for act, cost in zip(acts, found, strict=True) if cost.made_a_difference]
        waits = list(_waits(useful, progress.started_at))
        at_once = _each(pool, basis.point, [_at_once(acts, *wait) for wait in waits], 1 + len(acts), tell)
        found += [_waited(*wait, whole, run) for wait, run in zip(waits, at_once, strict=True)]
    everything = sorted((*found, *unable, *basis.told), key=lambda one: (one.until or one.at, one.until is None))
    costs = ActCosts(points=whole.points, acts=tuple(everything))
    keep(workspace, costs_of=state, costs=costs)
    return costs


def kept_costs(workspace: Workspace) -> ActCosts | None:
    """What each act cost, if that is known already."""
    known = kept_reruns(workspace)
    return known.costs if known.costs_of == _state(workspace, _acts(workspace)) else None


def _acts(workspace: Workspace) -> list[AuditLine]:
    """The lines of what somebody did and did not undo, the oldest first."""
    lines = acts_since(workspace, progress_of(workspace))[::-1]
    return [line for line in lines_that_count(workspace, lines) if not line.action.startswith(("scenario.", "moment."))]


def _state(workspace: Workspace, lines: Sequence[AuditLine]) -> str:
    return digest(progress_of(workspace).text, *(str(line.id) for line in lines))


def _basis(workspace: Workspace, lines: Sequence[AuditLine]) -> _RunBasis | None:
    with workspace.copy() as copy:  # private keys leave lines in the audit trail
        try:
            plan = plan_of_lines(copy, lines, "acts", keys=True)
        except Refusal:  # the vault is locked
            plan = plan_of_lines(copy, lines, "acts")
    point = starting_point(workspace, plan.files)
    if point is None:
        return None
    known = {line.id for line in (*plan.lines, *plan.missing)}
    idle = [line for line in lines if line.action == "device.renew" and line.id not in known]  # it asked no device
    told = [
        *(_unable(line, "no plan has an action for it") for line in plan.missing if is_an_act(line)),
        *(ActCost(line=line.id, at=line.at, said=line.summary) for line in idle),
    ]
    return _RunBasis(point, list(_dated(plan)), told)


def _dated(plan: AuditPlan) -> Iterator[DatedAct]:
    for number, (line, action) in enumerate(zip(plan.lines, plan.plan.actions, strict=True)):
        assert action.at is not None
        yield DatedAct(number, line, action.at, action, made_by(line))


def _each(
    pool: Executor | None,
    point: StartingPoint,
    runs: Sequence[Sequence[DatedAct]],
    before: int,
    tell: Callable[[int], None] | None,
) -> Iterator[RunResult]:
    run = partial(run_acts, point)
    for done, result in enumerate(map(run, runs) if pool is None else pool.map(run, runs), before + 1):
        if tell is not None:
            tell(done)
        yield result


def _tell(told: Told, of: int, done: int) -> None:
    told(min(done, of), of)


def _waits(useful: Sequence[DatedAct], started_at: datetime) -> Iterator[tuple[datetime, DatedAct]]:
    """When somebody waited for long before an act that made a difference: since when, and the act."""
    since = started_at
    for act in useful:
        if act.at - since >= LONG_WAIT:
            yield since, act
        since = act.at


def _at_once(acts: Sequence[DatedAct], since: datetime, act: DatedAct) -> list[DatedAct]:
    """The acts, with one at once instead of after a wait, and those after it as long after it as they were."""
    earlier = act.at - since
    later = acts.index(act)
    return [
        one._replace(at=min(one.at, since) if number < later else one.at - earlier) for number, one in enumerate(acts)
    ]


def _cost(act: DatedAct, whole: RunResult, without: RunResult) -> ActCost:
    return _difference(ActCost(line=act.line.id, at=act.line.at, said=_said(act)), whole, without)


def _waited(since: datetime, act: DatedAct, whole: RunResult, without: RunResult) -> ActCost:
    one = ActCost(line=act.line.id, at=since, until=act.line.at, said=_said(act))
    return _difference(one, whole, without)


def _said(act: DatedAct) -> str:
    """What somebody did; the audit line of an import doesn't tell as whom a push certificate was renewed."""
    if isinstance(act.action, RenewApns):
        return f"push certificate renewed as {act.action.apple_id}"
    return act.line.summary


def _difference(one: ActCost, whole: RunResult, without: RunResult) -> ActCost:
    lost, other = whole.happened.device_days_lost, without.happened.device_days_lost
    days = {id: round(lost.get(id, 0.0) - other.get(id, 0.0), 2) for id in {*lost, *other}}
    return replace(
        one,
        points=without.points - whole.points,
        stranded=_stranded(whole) - _stranded(without),
        device_days={id: count for id, count in sorted(days.items()) if count},
        later_refused=len(without.refused) - len(whole.refused),
    )


def _stranded(run: RunResult) -> int:
    return sum(one.devices for one in run.happened.stranded)


def _unable(line: AuditLine, why: str) -> ActCost:
    return ActCost(line=line.id, at=line.at, said=line.summary, unable=why)
