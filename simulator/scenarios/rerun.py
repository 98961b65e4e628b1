"""A scenario run again from its start, on a copy in memory without secrets: by the acts of a person, or by a plan.

The copy is that of a forecast; it can be sent to another process. Ids of what is made in a run depend on what was made
before, so what an act speaks of is looked up as it is called in this run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ...store.copy_without_secrets import rows_without_secrets, workspace_of_rows
from ...store.errors import Refusal
from ...store.inventory.sources import CertificateSource, KeystoreSource
from ...store.model.audit import Actor, AuditLine
from ...store.model.forecast import Forecast
from ...store.persistence.copies.memory import MemoryEngine
from ...store.workspace import Workspace
from ..engine.simulator import Simulator
from ..engine.windows.issuers import PaperIssuer
from ..forecast.copying import NOT_NEEDED
from ..moments.comparing import looked_at
from ..plans.actions import ActionContext, carry_out
from ..plans.from_audit import made_by
from ..plans.plan import (
    AnyAction,
    Bind,
    CompleteTask,
    DeployRoot,
    ImportCertificate,
    NewCertificate,
    Plan,
    Renew,
    ReplaceCertificate,
)
from ..plans.progress import PlanStep
from ..plans.renewing import renew
from ..plans.running import PlanRun, RefusedAction, run_plan
from .course import happened
from .handing_over import folder_of
from .record import START, TABLE, PreventedEvent, progress_of, scenario_table
from .standing import ObjectiveState, standing
from .standings import STANDINGS

BEST = "best known"


class DatedAct(NamedTuple):
    """What somebody did: the line of the audit trail, and the action that does it again. ``number`` tells it from the
    others. ``made`` is the id of the certificate that it made, if it made one."""

    number: int
    line: AuditLine
    at: datetime
    action: AnyAction
    made: int | None


class StartingPoint(NamedTuple):
    """The start of a scenario. ``fingerprints`` are those of the entries that were added since, ``tasks`` the titles of
    the tasks; ``files`` are what actions import."""

    rows: MemoryEngine
    user: str
    fingerprints: Mapping[int, str]
    tasks: Mapping[int, str]
    files: Mapping[str, bytes]


class RefusedAct(Struct, frozen=True):
    """An act that was refused in a run, by its number."""

    number: int
    message: str


class RunResult(Struct, frozen=True, kw_only=True):
    """A run: its points, the numbers of the objectives that were met, what happened, what was refused, the scenario's
    events that didn't happen, and what was found of each objective, in their order."""

    points: int
    met: tuple[int, ...]
    happened: Forecast
    refused: tuple[RefusedAct, ...] = ()
    prevented: tuple[PreventedEvent, ...] = ()
    said: tuple[str, ...] = ()


def starting_point(workspace: Workspace, files: Mapping[str, bytes]) -> StartingPoint | None:
    """The start of a workspace's scenario; None if the moment there was forgotten."""
    try:
        workspace.moments.find(START)
    except Refusal:
        return None
    without = {*NOT_NEEDED, "moments"} - {TABLE, STANDINGS}
    with looked_at(workspace, START) as copy:
        first, first_task = (copy.database.table(name).highest_id() for name in ("certificates", "tasks"))
        rows = rows_without_secrets(copy, without)
    return StartingPoint(
        rows=rows,
        user=workspace.actor.user,
        fingerprints={one.id: one.fingerprint_sha256 for one in workspace.inventory.list() if one.id > first},
        tasks={one.id: one.title for one in workspace.tasks.list() if one.id > first_task},
        files=files,
    )


def run_acts(point: StartingPoint, acts: Sequence[DatedAct]) -> RunResult:
    """Run the scenario to its end by these acts, in the order of their times."""
    with _begun(point) as workspace, Simulator(workspace, issuer=PaperIssuer()) as simulator:
        again, refused = _Again(workspace, point), list[RefusedAct]()
        for act in acts:
            simulator.run(max(act.at, workspace.now()))
            if message := again.refused(act):
                refused.append(RefusedAct(act.number, message))
        simulator.run(progress_of(workspace).ends_at)
        return _result(workspace, "what you did", refused)


def run_solution(point: StartingPoint, solution: Plan) -> RunResult:
    """Run the scenario to its end by a plan."""
    with (
        _begun(point) as workspace,
        folder_of(point.files) as folder,
        Simulator(workspace, issuer=PaperIssuer()) as simulator,
    ):
        run = PlanRun(workspace, solution, folder=folder, again=True)
        outcomes = run_plan(simulator, run, progress_of(workspace).ends_at)
        refused = [RefusedAct(one.number, one.message) for one in outcomes if isinstance(one, RefusedAction)]
        return _result(workspace, BEST, refused)


def _begun(point: StartingPoint) -> Workspace:
    workspace = workspace_of_rows(point.rows.copy(), point.user)
    with workspace.database.transaction():  # the copy has no audit trail yet
        scenario_table(workspace).change(progress_of(workspace), last_audit=0)
    return workspace


def _result(workspace: Workspace, name: str, refused: Sequence[RefusedAct]) -> RunResult:
    now = standing(workspace)
    return RunResult(
        points=now.points,
        met=tuple(one.number for one in now.objectives if one.state is ObjectiveState.MET),
        happened=happened(workspace, progress_of(workspace), name),
        refused=tuple(refused),
        prevented=progress_of(workspace).prevented,
        said=tuple(one.said for one in now.objectives),
    )


class _Again:
    """Does acts again in a workspace."""

    def __init__(self, workspace: Workspace, point: StartingPoint) -> None:
        self._workspace, self._point = workspace, point
        self._made: dict[int, int] = {}

    def refused(self, act: DatedAct) -> str:
        """Do an act; returns why it is refused, or nothing."""
        workspace, last = self._workspace, self._last_line()
        with workspace.acting_as(Actor(act.line.user)), workspace.database.transaction():
            try:
                with workspace.database.attempt():
                    self._carry_out(self._as_called_here(act.action))
            except Refusal as refusal:
                return refusal.message
        if act.made is not None:
            new = workspace.audit.tail(self._last_line() - last)[::-1]  # the leaf of a chain comes first
            made = (id for line in new if line.action == act.line.action and (id := made_by(line)) is not None)
            self._made[act.made] = next(made, 0)
        return ""

    def _last_line(self) -> int:
        return self._workspace.database.table("audit").highest_id()

    def _carry_out(self, action: AnyAction) -> None:
        workspace = self._workspace
        match action:
            case Renew():
                renew(workspace, action, PlanStep(), workspace.now())
            case ReplaceCertificate(new=NewCertificate(file=str())):
                workspace.inventory.replace(int(action.certificate), self._source(action.new))
            case ImportCertificate(new=NewCertificate(file=str())):
                workspace.inventory.import_from(
                    self._source(action.new), use_as=action.use_as, description=action.description
                )
            case _:
                carry_out(action, ActionContext(workspace))

    def _source(self, new: NewCertificate) -> CertificateSource | KeystoreSource:
        files, name = self._point.files, new.file or ""
        if new.password_file is None:
            return CertificateSource(data=files[name], name=name)
        password = files[new.password_file].decode().removesuffix("\n")
        return KeystoreSource(data=files[name], name=name, password=password)

    def _as_called_here(self, action: AnyAction) -> AnyAction:
        """The action with the ids that its entries and tasks have in this run."""
        match action:
            case Bind() | DeployRoot():
                return replace(action, certificate=self._entry(action.certificate))
            case ReplaceCertificate():
                return replace(action, certificate=self._entry(action.certificate), new=self._new(action.new))
            case ImportCertificate():
                return replace(action, new=self._new(action.new))
            case CompleteTask() if int(action.task) in self._point.tasks:
                return replace(action, task=self._point.tasks[int(action.task)])
            case _:
                return action

    def _new(self, new: NewCertificate) -> NewCertificate:
        return new if new.like is None else replace(new, like=self._entry(new.like))

    def _entry(self, id: str) -> str:
        fingerprint = self._point.fingerprints.get(int(id))
        if fingerprint is None:
            return id  # it was there at the start
        if int(id) in self._made:
            return str(self._made[int(id)])
        same = [one for one in self._workspace.inventory.list() if one.fingerprint_sha256 == fingerprint]
        if not same:
            raise Refusal("not-found", f"certificate {id} doesn't exist in this run")
        return str(same[0].id)
