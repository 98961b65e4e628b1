"""The scenario of a workspace over REST: its debrief is the one of the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient

from certfleet.api.server.application import served
from certfleet.cli.main import main
from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.moments.going import go_to
from certfleet.simulator.scenarios.reading import read_scenario
from certfleet.simulator.scenarios.record import START, progress_of
from certfleet.simulator.scenarios.starting import clock_start, start_scenario
from certfleet.store.model.account import Role
from certfleet.store.second_handle import second_handle
from certfleet.store.workspace import Workspace
from tests.applications import application_over

from .conftest import PASSWORD, Client, Rest

LESSON = """\
title = "Rotate"
about = "Rotation"
text = "Rotate."
debrief = "Rotated."
start = 2026-01-05T00:00:00Z
length = "2d"

[fleet]
devices = 4
mix = { android = 1 }

[[objective]]
title = "A new CA group"
points = 40
check = "acts"
action = "authority.refresh"
least = 1

[[solution]]
do = "refresh-authority"
after = "1h"
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A scenario of two days, in which somebody has requested a CA group, gone back, and requested it again."""
    scenario = read_scenario(LESSON, "rotate")
    with Workspace.open(tmp_path / "workspace", start=clock_start(scenario)) as workspace:
        for role in Role:
            workspace.accounts.add(f"the {role}", role, PASSWORD)
        start_scenario(workspace, scenario, LESSON)
        workspace.authorities.refresh()
        go_to(workspace, START)
        workspace.authorities.refresh()
        yield workspace


@pytest.fixture
def client(workspace: Workspace) -> Iterator[object]:
    with second_handle(workspace) as reading, TestClient(served(application_over(workspace, reading))) as client:
        yield client


def person(workspace: Workspace, client: Client, role: Role) -> Rest:
    return Rest(client, workspace.logins.login(f"the {role}", PASSWORD)).own


def test_the_debrief_before_the_end_keeps_the_best_way_to_itself(
    workspace: Workspace,
    client: Client,
) -> None:
    viewer, operator = (person(workspace, client, role) for role in (Role.VIEWER, Role.OPERATOR))
    found = viewer.done("GET", "scenario/debrief")
    assert (found["went_back"], found["text"]) == (1, "")
    assert (found["solution"], found["best"], found["costs"]) == (None, None, None)
    assert [(one["action"], one["undone"]) for one in found["acts"]] == [
        ("authority.refresh", True),
        ("authority.refresh", False),
    ]
    assert viewer.refused("POST", "scenario/solution") == (403, "not-permitted")
    assert operator.done("POST", "scenario/solution")["status"]["saw_solution"] is True
    told = viewer.done("GET", "scenario/debrief")
    assert told["best"]["points"] == 40
    assert told["solution"]["actions"]
    assert told["costs"] is None


def test_the_debrief_at_the_end_is_that_of_the_command_line(
    workspace: Workspace,
    client: Client,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Simulator(workspace) as simulator:
        simulator.run(progress_of(workspace).ends_at)
    found = person(workspace, client, Role.VIEWER).done("GET", "scenario/debrief")
    assert (found["status"]["points"], found["text"], found["best"]["points"]) == (40, "Rotated.", 40)
    assert found["costs"]["acts"]
    with pytest.raises(SystemExit):
        main(["--json", "--workspace", str(workspace.path), "scenario", "report"])
    assert json.loads(capsys.readouterr().out) == found
