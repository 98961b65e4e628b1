"""Scenarios that were started once, copied for each test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.plans.reading import read_plan
from certfleet.simulator.plans.running import PlanRun, run_plan
from certfleet.simulator.scenarios.catalogue import text_of
from certfleet.simulator.scenarios.course import scenario_of
from certfleet.simulator.scenarios.handing_over import all_files, folder_of
from certfleet.simulator.scenarios.reading import read_scenario
from certfleet.simulator.scenarios.record import progress_of
from certfleet.simulator.scenarios.starting import clock_start, start_scenario
from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from tests.prepared import Prepared

Begin = Callable[[str], Workspace]


@pytest.fixture
def begin(prepared: Prepared, tmp_path: Path) -> Begin:
    """``begin("gateway-monday")``: a workspace in memory at the start of a scenario."""

    def begun(name: str) -> Workspace:
        text = text_of(name)
        scenario = read_scenario(text, name)

        def make(folder: Path) -> None:
            with Workspace.open(folder, start=clock_start(scenario), actor=Actor("alice")) as workspace:
                start_scenario(workspace, scenario, text)

        key = tmp_path / f"{name}.key"
        return prepared.in_memory(f"scenario-{name}", make, key, actor=Actor("alice"))

    return begun


def play(workspace: Workspace, actions: str | None) -> None:
    """Play a scenario to its end: by these actions of a plan file, or its own solution (None)."""
    scenario = scenario_of(workspace)
    plan = scenario.solution if actions is None else read_plan(actions, "mine")
    with Simulator(workspace) as simulator, folder_of(all_files(workspace)) as folder:
        run_plan(simulator, PlanRun(workspace, plan, folder=folder), progress_of(workspace).ends_at)


def idle(workspace: Workspace) -> None:
    """Do nothing to the end."""
    with Simulator(workspace) as simulator:
        simulator.run(progress_of(workspace).ends_at)
