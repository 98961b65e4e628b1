"""In a scenario that asks first, a dialog asks what confirming will stop before it shows the difference."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Select

from certfleet.simulator.scenarios.catalogue import text_of as scenario_text
from certfleet.simulator.scenarios.reading import read_scenario
from certfleet.simulator.scenarios.said_first import answers
from certfleet.simulator.scenarios.starting import clock_start, start_scenario
from certfleet.store.model.device import DeviceState
from certfleet.store.workspace import Workspace
from certfleet.tui.dialogs.say_first_dialog import SayFirstDialog

from ..conftest import Open
from ..driving import paste, shows, text_of

NAME = "ca-ends-first"


def _lesson(folder: Path | None = None) -> Workspace:
    text = scenario_text(NAME)
    scenario = read_scenario(text, NAME)
    workspace = Workspace.open(folder, start=clock_start(scenario))
    start_scenario(workspace, scenario, text, say_first=True)
    return workspace


async def test_it_asks_marks_and_goes_ahead(console: Open) -> None:
    workspace = _lesson()
    async with console(workspace) as pilot:
        await pilot.press("3", "slash")
        await paste(pilot, "id:1")
        await pilot.press("enter", "s", "down")
        await shows(pilot, "You say first what it will stop")
        assert "STRANDS" not in text_of(pilot)
        await pilot.press("enter")
        await shows(pilot, "Say first: what will it stop?")
        assert "STRANDS" not in text_of(pilot)
        pilot.app.screen.query_one("#sure", Select).value = 90
        dialog = pilot.app.screen
        assert isinstance(dialog, SayFirstDialog)
        dialog.press("confirm")
        await shows(pilot, "You said: nothing, 90 % sure; it stops: admission, 1 device: wrong")
        await shows(pilot, "STRANDS: 1 device")
        assert workspace.devices.get(1).state is DeviceState.ENROLLED
        await pilot.press("escape")
        assert [one.right for one in answers(workspace)] == [False]
        await pilot.press("enter")  # the same again: the answer stands
        await shows(pilot, "STRANDS: 1 device")
        await pilot.press("y")
        await shows(pilot, "revoked")
        assert workspace.devices.get(1).state is DeviceState.REVOKED
        assert len(answers(workspace)) == 1


async def test_it_goes_ahead_at_once_with_what_does_no_harm(console: Open) -> None:
    workspace = _lesson()
    async with console(workspace) as pilot:
        await pilot.press("4", "n")
        await shows(pilot, "Refresh: a new CA group")
        await pilot.press("enter")
        await shows(pilot, "Say first: what will it stop?")
        dialog = pilot.app.screen
        assert isinstance(dialog, SayFirstDialog)
        dialog.press("confirm")
        await shows(pilot, "You said: nothing, 50 % sure; it stops: nothing: right")
        await pilot.press("enter")
        await shows(pilot, "group-2")
        assert [one.right for one in answers(workspace)] == [True]


async def test_going_back_is_no_act(console: Open, tmp_path: Path) -> None:
    with _lesson(tmp_path / "lesson") as workspace:
        workspace.devices.revoke([3])
        async with console(workspace, size=(140, 45)) as pilot:
            await pilot.press("7", "M")
            await shows(pilot, "Keep the present state under a name")
            await pilot.press("down", "down", "down", "enter")
            await shows(pilot, "Undo: go back")
            await pilot.press("tab", "enter")
            await shows(pilot, "went back: moment 'scenario start'")
        assert answers(workspace) == []
        assert workspace.devices.get(3).state is DeviceState.ENROLLED
