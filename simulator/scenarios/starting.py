"""Beginning a scenario: its company and its fleet are generated, what went before is played, and a moment is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ...store.authorities.groups import CA_LIFETIME, REACHES_BACK
from ...store.errors import Refusal
from ...store.model.audit import Actor
from ...store.words import minute
from ...store.workspace import Workspace
from ..company.company import fill
from ..engine.simulator import Simulator
from ..engine.state.start import prepare_clock
from ..fleet.fleet import FleetPlan, draw_fleet
from ..fleet.waiting import draw_waiting
from ..forecast.outcome import start_of
from .course import carry_out_act, turns_of
from .handing_over import Files, keep_files, make_files
from .record import PEOPLE, START, ScenarioProgress, progress_of, refuse_used, scenario_table
from .scenario import Scenario, ScenarioEvent
from .standings import StandingLedger


def clock_start(scenario: Scenario) -> datetime:
    """Where the clock of a new workspace for it stands: the CA group ``default`` is generated then."""
    if scenario.authority_ends is None:
        return scenario.drawn_at
    return min(scenario.drawn_at, scenario.start + scenario.authority_ends - CA_LIFETIME + REACHES_BACK)


def start_scenario(
    workspace: Workspace,
    scenario: Scenario,
    text: str,
    *,
    say_first: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> ScenarioProgress:
    """Fill a new workspace, whose clock stands at ``clock_start``. ``text`` is that of the scenario's file. With
    ``say_first`` each act asks first what it will stop.

    Refuses with ``workspace-in-use``, or ``scenario-cannot-start`` if what the file prepares is refused.
    """
    refuse_used(workspace)
    with workspace.moments.none_kept():
        prepare_clock(workspace, None)
        workspace.set_clock(scenario.drawn_at)
        if scenario.company is not None:
            fill(workspace, seed=scenario.company)
        fleet = scenario.fleet
        plan = FleetPlan(devices=fleet.devices, seed=fleet.seed, mix=fleet.mix, habits=fleet.habits, churn=fleet.churn)
        if fleet.waiting:
            draw_waiting(workspace, plan)
        else:
            draw_fleet(workspace, plan, progress=progress)
        with Simulator(workspace) as simulator:
            for event in scenario.preparation:
                simulator.run(scenario.drawn_at + event.after)
                _prepare(workspace, scenario, event)
            simulator.run(scenario.start)
        _begin(workspace, scenario, text, make_files(workspace, scenario), say_first=say_first)
    workspace.moments.save(START)
    return progress_of(workspace)


def _prepare(workspace: Workspace, scenario: Scenario, event: ScenarioEvent) -> None:
    if event.act is None:
        return
    with workspace.acting_as(Actor(f"{PEOPLE}{event.by or 'somebody'}", workspace.actor.origin, workspace.actor.role)):
        try:
            carry_out_act(workspace, event.act)
        except Refusal as refusal:
            raise Refusal(
                "scenario-cannot-start",
                f"{scenario.name} line {event.line}: {refusal.code}: {refusal.message}",
                refusal.hint,
            ) from refusal


def _begin(workspace: Workspace, scenario: Scenario, text: str, files: Files, *, say_first: bool) -> None:
    """Store that the scenario begins now."""
    now, turns = workspace.now(), turns_of(scenario)
    with workspace.database.transaction():
        said = f"scenario {scenario.name} begins, ends {minute(now + scenario.length)} UTC"
        workspace.audit.record("scenario.start", "scenario:1", said)
        progress = ScenarioProgress(
            id=1,
            name=scenario.name,
            text=text,
            started_at=now,
            ends_at=now + scenario.length,
            next_at=now + turns[0].after,
            last_audit=workspace.audit.tail(1)[0].id,
            base=start_of(workspace),
            files=tuple(files),
            say_first=say_first,
        )
        keep_files(workspace, files)
        scenario_table(workspace).put([progress])
        ledger = StandingLedger(workspace)
        for device in workspace.devices.records.all():
            ledger.saw(device, now)
        ledger.write()
