"""The console says at the start what others changed since the person was last here."""

from __future__ import annotations

from pathlib import Path

import pytest

from certfleet.store.model.audit import Actor
from certfleet.store.settings.console_memory import ConsoleMemory
from certfleet.store.workspace import Workspace
from certfleet.tui.shell.settings import ConsoleSettings
from certfleet.tui.themes.themes import Look

from ..conftest import Open
from ..driving import shows, text_of


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    with Workspace.open(tmp_path / "workspace"):
        return tmp_path / "workspace"


async def test_others_changes_are_told_and_listed(console: Open, stored: Path, tmp_path: Path) -> None:
    settings = ConsoleSettings(look=Look.DARK, memory=ConsoleMemory(tmp_path / "console.json"))
    ann, ben = Actor("ann"), Actor("ben")
    with Workspace.open(stored, actor=ann) as workspace:
        async with console(workspace, settings=settings) as pilot:
            assert "Since you were here" not in text_of(pilot)
            await pilot.press("H")
            await shows(pilot, "first visit")
    with Workspace.open(stored, actor=ben) as workspace:
        workspace.site.set(apns_grace_days=5)
    settings = ConsoleSettings(look=Look.DARK, memory=ConsoleMemory(tmp_path / "console.json"))
    with Workspace.open(stored, actor=ann) as workspace:
        async with console(workspace, settings=settings, size=(140, 45)) as pilot:
            await shows(pilot, "Since you were here 1 change by ben: setting 1")
            await pilot.press("H")
            await shows(pilot, "apns grace days: 5")
            await pilot.press("9")
            await shows(pilot, "site.set")
