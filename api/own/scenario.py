"""The scenario that a workspace was started with, and those that there are."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from ...simulator.engine.processes.workers import executor_for
from ...simulator.plans.table_reading import Mistake
from ...simulator.scenarios.catalogue import packaged
from ...simulator.scenarios.debrief import debrief
from ...simulator.scenarios.handing_over import files_now
from ...simulator.scenarios.reading import ScenarioInvalid, read_scenario
from ...simulator.scenarios.standing import ScenarioStanding, see_solution, standing, take_hint
from ...simulator.scenarios.words import debrief_document, scenario_document, scenario_summary
from ...store.errors import Refusal
from ...store.model.forecast import Forecast
from ...store.workspace import Workspace
from ..server.answers import DoneAnswer, HttpAnswer, answer, attachment
from ..server.calls import Body, Calls
from ..server.session import changes, reads
from ..server.surfaces import OWN
from ..server.threads import RERUNS
from .mistakes import in_routes_all

calls = Calls(OWN, tag="simulation")
debriefs = Calls(OWN, tag="simulation", pool=RERUNS)

LONGEST = 1_000_000  # characters of a scenario's file


class ScenarioSummary(Struct, frozen=True, kw_only=True):
    """A scenario that comes with certfleet."""

    name: str
    title: str
    about: str
    days: float
    devices: int
    points: int
    hints: int


class ScenarioList(DoneAnswer, frozen=True, kw_only=True):
    """The scenarios that come with certfleet."""

    scenarios: list[ScenarioSummary]


class ScenarioChecked(DoneAnswer, frozen=True, kw_only=True):
    """The scenario of a text, null if it can't be read, and its mistakes, each with its line."""

    scenario: dict[str, Any] | None
    mistakes: list[Mistake]


class ScenarioAnswer(DoneAnswer, frozen=True, kw_only=True):
    """The time, the points, the objectives, and the names of the files that have been handed over so far."""

    status: ScenarioStanding
    files: list[str]


class HintAnswer(DoneAnswer, frozen=True, kw_only=True):
    """A hint, what it cost, how many there still are, and the points that are left."""

    hint: str
    cost: int
    hints_left: int
    points: int


class ScenarioAct(Struct, frozen=True, kw_only=True):
    """What somebody did. ``undone``: they went back to a moment before it."""

    at: datetime
    user: str
    action: str
    summary: str
    undone: bool


class DebriefAnswer(DoneAnswer, frozen=True, kw_only=True):
    """The debrief: the points by objective, what people did (``acts``), how often they went back to an earlier moment,
    and what it led to. ``text``, ``solution``, ``best`` and ``costs`` are told when it is over, the first three also to
    those who asked for them before; until then they are empty or null."""

    status: ScenarioStanding
    text: str
    acts: list[ScenarioAct]
    went_back: int
    happened: Forecast
    solution: dict[str, Any] | None
    best: dict[str, Any] | None
    said_first: dict[str, Any]
    costs: dict[str, Any] | None


class ScenarioText(Body, kw_only=True):
    """The text of a scenario file, and its name."""

    name: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^/\\\x00-\x1f]+$")] = "scenario"
    text: Annotated[str, Meta(max_length=LONGEST)]


@calls.get("/scenarios", reads(ScenarioList))
def list_scenarios() -> HttpAnswer:
    """List the scenarios that come with certfleet. One is started on the command line, in a workspace of its own."""
    return answer(ScenarioList, scenarios=[ScenarioSummary(**scenario_summary(one)) for one in packaged()])


@calls.post("/scenarios/check", reads(ScenarioChecked))
def check_scenario(said: ScenarioText) -> HttpAnswer:
    """Check the text of a scenario: every mistake with its line."""
    try:
        scenario = read_scenario(said.text, said.name)
    except ScenarioInvalid as refusal:
        return answer(ScenarioChecked, scenario=None, mistakes=in_routes_all(refusal.mistakes))
    return answer(ScenarioChecked, scenario=scenario_document(scenario), mistakes=[])


@calls.get("/scenario", reads(ScenarioAnswer, 403))
def get_scenario(workspace: Workspace) -> HttpAnswer:
    """Get the time, the points and the objectives: met, missed, or open, and whether an open one would be met now."""
    return answer(ScenarioAnswer, status=standing(workspace), files=sorted(files_now(workspace)))


@calls.post("/scenario/hint", changes(HintAnswer, "scenario.hint"))
def get_hint(workspace: Workspace) -> HttpAnswer:
    """Get the next hint. It costs points, also after going back to a moment before it."""
    hint = take_hint(workspace)
    now = standing(workspace)
    return answer(HintAnswer, hint=hint.text, cost=hint.cost, hints_left=now.hints_left, points=now.points)


@debriefs.get("/scenario/debrief", reads(DebriefAnswer))
def get_debrief(workspace: Workspace) -> HttpAnswer:
    """Get the debrief: points by objective, what people did, and what it led to. Once it is over, also what each act
    cost, what the scenario teaches, and the best way known: the first such answer waits until processes of their own
    have run the scenario again, from its start."""
    with executor_for(2) as executor:
        return answer(DebriefAnswer, **debrief_document(debrief(workspace, executor=executor)))


@calls.post("/scenario/solution", changes(ScenarioAnswer, "scenario.solution"))
def see_best_way(workspace: Workspace) -> HttpAnswer:
    """Let the debrief tell the best way known before it is over. That is noted in the audit trail for good, also for
    the report of a class."""
    see_solution(workspace)
    return answer(ScenarioAnswer, status=standing(workspace), files=sorted(files_now(workspace)))


_FILE = reads(None, 403, 404, action="scenario.hint")
_FILE.responses[200] = {"content": {"application/octet-stream": {}}, "description": "The file."}


@calls.get("/scenario/files/{name}", _FILE)
def get_handed_file(workspace: Workspace, name: str) -> HttpAnswer:
    """Get a file that the scenario has handed over. It may have private keys, so it is for operators."""
    data = files_now(workspace).get(name)
    if data is None:
        raise Refusal("not-found", "the scenario has handed over no file of this name")
    return attachment(data, "application/octet-stream", "handed-over")
