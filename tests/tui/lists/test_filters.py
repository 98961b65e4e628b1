"""The filter line: completion, what was used before, and filters that are kept under a name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from certfleet.store.model.certificate import UseAs
from certfleet.store.settings.console_memory import ConsoleMemory
from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from certfleet.tui.lists.list_table import ListTable
from certfleet.tui.shell.settings import ConsoleSettings
from certfleet.tui.themes.themes import Look

from ..driving import shows, type_text, until
from ..sample_inventory import fill


@pytest.fixture
def app(workspace: Workspace, tmp_path: Path) -> CertfleetApp:
    fill(workspace)
    settings = ConsoleSettings(look=Look.DARK, memory=ConsoleMemory(tmp_path / "console.json"))
    return CertfleetApp(workspace, title="fleet", settings=settings, steady=False)


def typed(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one("#filter", Input).value


async def test_tab_completes_keys_and_goes_through_values(app: CertfleetApp) -> None:
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.press("2", "slash", "u", "tab")
        assert typed(pilot) == "use:"
        await pilot.press("tab")
        assert typed(pilot) == "use:server"
        await pilot.press("tab")
        assert typed(pilot) == "use:saml"
        await pilot.press("enter")
        assert {row.certificate.use_as for row in pilot.app.screen.query_one("#table", ListTable).rows} == {UseAs.SAML}


async def test_an_unknown_key_is_told(app: CertfleetApp) -> None:
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.press("2", "slash")
        await type_text(pilot, "stauts:expired")
        await shows(pilot, "is no filter key; did you mean status:?")


async def test_filters_that_were_used_come_back(app: CertfleetApp) -> None:
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.press("2")
        for text in ("use:saml", "mdm"):
            await pilot.press("slash")
            pilot.app.screen.query_one("#filter", Input).value = ""
            await type_text(pilot, text)
            await pilot.press("enter")
        await pilot.press("escape", "slash", "g")
        await pilot.press("up")
        assert typed(pilot) == "mdm"
        await pilot.press("up")
        assert typed(pilot) == "use:saml"
        await pilot.press("up", "down", "down")
        assert typed(pilot) == "g"  # what was typed
        await pilot.press("down")
        assert pilot.app.screen.query_one("#table").has_focus


async def test_a_filter_is_kept_used_and_forgotten(app: CertfleetApp, tmp_path: Path) -> None:
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.press("2", "slash")
        await type_text(pilot, "use:saml")
        await pilot.press("ctrl+s")
        await shows(pilot, "Keep it as")
        await type_text(pilot, "sign-on")
        await pilot.press("enter")
        await until(pilot, lambda: typed(pilot) == "use:saml")
        kept = json.loads((tmp_path / "console.json").read_bytes())["lists"]["certificates"]
        assert kept["filters"] == {"sign-on": "use:saml"}

        await pilot.press("escape", "ctrl+s")
        await shows(pilot, "sign-on")
        await pilot.press("enter")
        await until(pilot, lambda: typed(pilot) == "use:saml")

        await pilot.press("escape", "ctrl+s")
        await shows(pilot, "sign-on")
        await pilot.press("x")
        assert app.memory.state.list("certificates").filters == {}
