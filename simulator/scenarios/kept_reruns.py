"""Runs of a scenario from its start, kept in the workspace: the debrief is quick the second time."""

from __future__ import annotations

from concurrent.futures import Executor
from contextlib import suppress
from functools import partial
from hashlib import sha256

import msgspec
from msgspec import Struct

from ... import __version__
from ...store.errors import Refusal
from ...store.persistence.records import RecordTable
from ...store.workspace import Workspace
from .act_cost import ActCosts
from .course import scenario_of
from .handing_over import all_files
from .record import progress_of
from .rerun import RunResult, run_solution, starting_point


class KeptReruns(Struct, frozen=True, kw_only=True):
    """The runs that were made, so that the debrief is quick the next time. Each belongs to the state of ``…_of``."""

    id: int
    best_of: str = ""
    best: RunResult | None = None
    costs_of: str = ""
    costs: ActCosts | None = None


def best_run(workspace: Workspace, executor: Executor | None = None) -> RunResult | None:
    """The best way known, run from the start, in this process or by an ``executor``; None if the moment there was
    forgotten."""
    scenario, known = scenario_of(workspace), kept_reruns(workspace)
    state = digest(progress_of(workspace).text)
    if known.best_of == state:
        return known.best
    if (point := starting_point(workspace, all_files(workspace))) is None:
        return None
    run = partial(run_solution, point, scenario.solution)
    best = run() if executor is None else executor.submit(run).result()
    keep(workspace, best_of=state, best=best)
    return best


def kept_reruns(workspace: Workspace) -> KeptReruns:
    """The runs that are kept."""
    return _table(workspace).peek(1) or KeptReruns(id=1)


def _table(workspace: Workspace) -> RecordTable[KeptReruns]:
    return RecordTable(workspace.database.table("kept_reruns"), KeptReruns)


def keep(workspace: Workspace, **found: object) -> None:
    """Keep a result; where nothing can be written, it is computed anew the next time."""
    with suppress(Refusal), workspace.moments.none_kept(), workspace.database.transaction(routine=True):
        _table(workspace).put([msgspec.structs.replace(kept_reruns(workspace), **found)])


def digest(*parts: str) -> str:
    """What a result belongs to: it is kept for the same parts, and the same release."""
    return sha256(msgspec.json.encode((__version__, *parts))).hexdigest()
