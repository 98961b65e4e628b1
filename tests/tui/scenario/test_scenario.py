"""A scenario in the console: the strip, objectives and hints, the debrief, and starting one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.scenarios.reading import read_scenario
from certfleet.simulator.scenarios.record import progress_of
from certfleet.simulator.scenarios.starting import clock_start, start_scenario
from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from certfleet.tui.scenario.debrief_page import DebriefPage
from certfleet.tui.scenario.start_dialog import StartScenarioDialog
from certfleet.tui.scenario.strip import ScenarioStrip
from tests.prepared import Prepared

from ..conftest import Open
from ..driving import shows, text_of

LESSON = """\
title = "A night without a server"
about = "An outage"
text = "It is Monday."
debrief = "It passes."
start = 2026-01-05T00:00:00Z
length = "2d"

[fleet]
devices = 8
mix = { android = 1 }

[[event]]
after = "5h"
text = "The server does not answer."

[[objective]]
title = "A new CA group"
points = 10
check = "acts"
action = "authority.refresh"
least = 1
missed = "Nobody requested one."

[[hint]]
text = "Refresh."
cost = 3

[[solution]]
do = "refresh-authority"
after = "1h"
"""


@pytest.fixture
def lesson(prepared: Prepared, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace in memory in which a scenario begins."""
    scenario = read_scenario(LESSON, "night")

    def make(folder: Path) -> None:
        with Workspace.open(folder, start=clock_start(scenario), actor=Actor("alice")) as workspace:
            start_scenario(workspace, scenario, LESSON)

    with prepared.in_memory("console-scenario", make, tmp_path / "lesson.key", actor=Actor("alice")) as workspace:
        yield workspace


def play_to_the_end(workspace: Workspace) -> None:
    with Simulator(workspace) as simulator:
        simulator.run(progress_of(workspace).ends_at)


async def test_a_strip_has_the_time_the_points_and_what_is_open(console: Open, lesson: Workspace) -> None:
    async with console(lesson, size=(80, 24)) as pilot:
        await shows(pilot, "2 d left")
        strip = pilot.app.screen.query_one(ScenarioStrip)
        line = strip.render().plain
        assert line.startswith(" Scenario  2 d left  0 of 10 points  1 open: A new CA group")
        assert line.endswith("z more ")
        assert len(line) <= 80
        play_to_the_end(lesson)
        await shows(pilot, "0 of 1 objective met")
        await shows(pilot, "The scenario is over.")


async def test_without_a_scenario_there_is_no_strip(console: Open, workspace: Workspace) -> None:
    async with console() as pilot:
        assert not pilot.app.screen.query_one(ScenarioStrip).display


async def test_a_hint_tells_its_cost_before(console: Open, lesson: Workspace) -> None:
    async with console(lesson, size=(80, 24)) as pilot:
        await pilot.press("z")
        await shows(pilot, "open, now not met: authority.refresh: 0 times")
        await shows(pilot, "Hint, 3 points (Q)")
        await pilot.press("Q")
        await shows(pilot, "The next hint costs 3 points")
        assert "Refresh." not in text_of(pilot)
        await pilot.press("enter")  # cancels
        assert "scenario.hint" not in {line.action for line in lesson.audit.tail(5)}
        await pilot.press("z")
        await shows(pilot, "Hint, 3 points (Q)")
        await pilot.press("Q")
        await shows(pilot, "The next hint costs 3 points")
        await pilot.press("y")
        await shows(pilot, "Refresh.")
        await pilot.press("escape", "z")
        await shows(pilot, "Hint 1")
        assert "(Q)" not in text_of(pilot)


async def test_the_debrief_is_a_screen_with_the_costs_of_acts_and_the_best_way(
    console: Open, lesson: Workspace
) -> None:
    lesson.authorities.refresh()
    play_to_the_end(lesson)
    async with console(lesson, size=(140, 45)) as pilot:
        await pilot.press("z")
        await shows(pilot, "What each act cost")
        assert isinstance(pilot.app.screen, DebriefPage)
        said = text_of(pilot)
        assert "it brought 10 points" in said
        assert "It gets 10 of 10 points." in said
        await pilot.press("escape")
        await shows(pilot, "What stops next")


async def test_before_the_end_the_debrief_is_asked_for_twice(console: Open, lesson: Workspace) -> None:
    async with console(lesson, size=(80, 24)) as pilot:
        await pilot.press("z")
        await shows(pilot, "Debrief (f)")
        await pilot.press("f")
        await shows(pilot, "It is not over yet")
        await pilot.press("y")
        await shows(pilot, "It gets 10 of 10 points.")


async def test_one_is_started_in_a_new_workspace(
    console: Open, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[tuple[str, str]] = []

    def work(self: StartScenarioDialog, scenario: str, folder: str = "") -> Path:
        begun.append((scenario, folder))
        return Path(folder)

    monkeypatch.setattr(StartScenarioDialog, "work", work)
    async with console(size=(100, 30)) as pilot:
        await pilot.press("z")
        await shows(pilot, "A scenario begins in a workspace of its own")
        await pilot.press("enter")  # from the menu too
        await shows(pilot, "The scenario begins in the workspace")
        await pilot.press("y")
        app = pilot.app
    ((name, folder),) = begun
    assert Path(folder).name == name
    assert app.following == Path(folder)  # type: ignore[attr-defined]  # a pilot knows its app as Textual's
