"""The trainer's screen: a class as it works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from certfleet.simulator.moments.going import go_to
from certfleet.simulator.scenarios.class_watching import WatchedClass
from certfleet.simulator.scenarios.classroom import create_class
from certfleet.simulator.scenarios.reading import read_scenario
from certfleet.simulator.scenarios.record import START
from certfleet.store.folder import STORE_FILE
from certfleet.store.workspace import Workspace
from certfleet.tui.scenario import class_page
from certfleet.tui.scenario.class_page import ClassApp

from ..driving import shows, text_of, until
from .test_scenario import LESSON


async def test_it_is_up_to_date_within_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(class_page, "EVERY", 0.1)
    folder = tmp_path / "monday"
    create_class(folder, read_scenario(LESSON, "night"), LESSON, ("Ann", "Bo", "Cy"))
    app = ClassApp(WatchedClass(folder))
    async with app.run_test(size=(140, 45)) as pilot:
        await shows(pilot, "over for 0 of 3 people, 10 points each")
        assert "1: A new CA group" in text_of(pilot)
        with Workspace.open(folder / "Bo", create=False) as workspace:
            workspace.authorities.refresh()
            await shows(pilot, "CA group group-2")
            go_to(workspace, START)
        await shows(pilot, "Back")
        await until(pilot, lambda: re.search(r"Bo .* 0 +1  1: A new CA group", text_of(pilot)))
        (folder / "Cy" / STORE_FILE).unlink()
        await shows(pilot, "there is no workspace")
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "Clock" not in text_of(pilot) and "Last act" in text_of(pilot))
        assert "Back" in text_of(pilot)
