"""The Forecast tab: plans side by side, made by a process beside the console."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from certfleet.simulator.engine.state.start import first_monday
from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.simulator.forecast.comparing import forecasts
from certfleet.simulator.forecast.forecasting import PlanFile
from certfleet.simulator.plans.reading import read_plan
from certfleet.store.model.audit import Actor
from certfleet.store.views.forecasts.forecast import comparison
from certfleet.store.workspace import Workspace
from certfleet.tui.forecast.page import ForecastPage
from certfleet.tui.forecast.process import ForecastProcess, ForecastResult
from tests.material import NOW

from ..conftest import Open
from ..driving import shows, text_of, until

ROTATION = """
[[action]]
do = "refresh-authority"
after = "1d"
[[action]]
do = "renew"
after = "3d"
"""


@pytest.fixture
def rehearsal(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace in a folder, on a virtual clock, with a small fleet."""
    with Workspace.open(tmp_path / "rehearsal", actor=Actor("alice"), start=first_monday(NOW)) as workspace:
        draw_fleet(workspace, FleetPlan(devices=12, seed=7))
        workspace.poll()
        yield workspace


class Ended(ForecastProcess):
    """A process that has ended with a result."""

    def __init__(self, result: ForecastResult) -> None:
        self.days, self.plans, self._result = 60, (), result

    seconds, ended = 1, True

    def result(self) -> ForecastResult:
        return self._result

    def end(self) -> None:
        """It has."""


async def test_plans_are_compared_and_each_is_shown(console: Open, rehearsal: Workspace) -> None:
    plan = PlanFile(read_plan(ROTATION, "rotation"))
    found = forecasts(rehearsal, rehearsal.now() + timedelta(days=120), [plan, None])
    async with console(rehearsal, size=(140, 45)) as pilot:
        await pilot.press("7", "0")
        await shows(pilot, "n runs a copy of the workspace ahead")
        page = pilot.app.screen
        assert isinstance(page, ForecastPage)
        page._began(Ended(ForecastResult(tuple(found), tuple(comparison(found)))))
        await shows(pilot, "stranded devices at the end")
        assert "rotation: 120 days from" in text_of(pilot)
        assert "rotation is better in " in text_of(pilot)
        assert "in service" in text_of(pilot)
        await pilot.press("right")
        await shows(pilot, "do nothing: 120 days from")
        await pilot.press("right_square_bracket")
        await shows(pilot, "Devices by CA group")
        await pilot.press("0")
        await until(pilot, lambda: pilot.app.current_mode == "simulator")


async def test_a_kept_forecast_stands_below_with_what_came_of_it(console: Open, rehearsal: Workspace) -> None:
    plan = PlanFile(read_plan(ROTATION, "rotation"))
    found = forecasts(rehearsal, rehearsal.now() + timedelta(days=20), [plan])
    async with console(rehearsal, size=(140, 45)) as pilot:
        await pilot.press("7", "0")
        page = pilot.app.screen
        assert isinstance(page, ForecastPage)
        page._began(Ended(ForecastResult(tuple(found), ())))
        await shows(pilot, "rotation: 20 days from")
        await pilot.press("M")
        await shows(pilot, "Kept as rotation: rotation, from")
        await shows(pilot, "new CA group: said 0 % in 0 days, was 0 %; in service: said 12, was 12 (now)")
    assert [one.name for one in rehearsal.kept_forecasts.list()] == ["rotation"]


@pytest.mark.slow
async def test_a_process_does_it_and_the_console_goes_on(console: Open, rehearsal: Workspace, tmp_path: Path) -> None:
    (plan := tmp_path / "rotation.toml").write_text(ROTATION)
    async with console(rehearsal, size=(80, 24)) as pilot:
        await pilot.press("7", "0", "n")
        await shows(pilot, "Plan files")
        pilot.app.screen.query_one("#plans").value = f"'{plan}'"  # type: ignore[attr-defined]  # an input
        await pilot.press("enter")
        await shows(pilot, "looking 90 days ahead")
        await pilot.press("1")
        await pilot.press("7", "0")
        await shows(pilot, "rotation  do nothing")
        await until(pilot, lambda: "x Stop" not in text_of(pilot).splitlines()[-1])


async def test_a_mistake_in_a_plan_is_told_before(console: Open, rehearsal: Workspace, tmp_path: Path) -> None:
    async with console(rehearsal, size=(80, 24)) as pilot:
        await pilot.press("7", "0", "n")
        await shows(pilot, "Plan files")
        pilot.app.screen.query_one("#plans").value = str(tmp_path / "none.toml")  # type: ignore[attr-defined]  # an input
        await pilot.press("enter")
        await shows(pilot, "plan-unreadable")


async def test_a_workspace_in_memory_says_that_it_has_none(console: Open) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("7", "0", "n")
        await shows(pilot, "Plan files")
        await pilot.press("enter")
        await shows(pilot, "workspace-in-memory")


async def test_a_kept_forecast_is_dropped(console: Open, rehearsal: Workspace) -> None:
    (found,) = forecasts(rehearsal, rehearsal.now() + timedelta(days=30), [None])
    for name in ("first", "second"):
        rehearsal.kept_forecasts.keep(found, name)
    async with console(rehearsal, size=(140, 45)) as pilot:
        await pilot.press("7", "0")
        await shows(pilot, "Kept as first")
        await pilot.press("x")
        await shows(pilot, "Drop a kept forecast")
        assert "second: " in text_of(pilot)  # the newest
        await pilot.press("tab", "enter")
        await until(pilot, lambda: [one.name for one in rehearsal.kept_forecasts.list()] == ["first"])
        await until(pilot, lambda: "Kept as second" not in text_of(pilot))
