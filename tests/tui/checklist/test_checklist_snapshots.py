"""How the Checklist screen and its dialogs look. ``pytest --snapshot-update`` takes new pictures."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from certfleet.tui.shell.settings import ConsoleSettings
from certfleet.tui.themes.themes import Look

from ..conftest import Compare
from ..driving import paste, shows
from ..sample_deployment import deploy
from ..test_snapshots import LOOKS

pytestmark = pytest.mark.prepared(by=deploy)


@pytest.fixture
def app(workspace: Workspace) -> CertfleetApp:
    return CertfleetApp(workspace, title="fleet", settings=ConsoleSettings(look=Look.DARK), steady=False)


@pytest.mark.parametrize(
    ("words", "keys", "seen"),
    [
        pytest.param("", ["down"], "SAML certificate (Citrix Files)", id="list"),
        pytest.param("need:mdm-ssl", ["enter"], "Put its chain", id="details"),
        pytest.param("need:gateway-mdm-ssl", ["b"], "Import a file", id="bind"),
        pytest.param("need:apns", ["r"], "All at once", id="apns"),
        pytest.param("root need:server-ca", ["D"], "lack it", id="deploy"),
        pytest.param("", ["t"], "space marks it done", id="tasks"),
        pytest.param("", ["question_mark"], "Follow-up tasks", id="help"),
    ],
)
def test_checklist(snap_compare: Compare, app: CertfleetApp, words: str, keys: list[str], seen: str) -> None:
    async def go(pilot: Pilot[None]) -> None:
        await pilot.press("6")
        await shows(pilot, " needs, ")
        if words:
            await pilot.press("slash")
            await paste(pilot, words)
            await pilot.press("enter")
        await pilot.press(*keys)
        await shows(pilot, seen)

    for view, same in snap_compare(app, run_before=go):
        assert same, view


@pytest.mark.parametrize("look", LOOKS, ids=["light", "ansi", "plain"])
def test_looks_of_the_checklist(snap_compare: Compare, app: CertfleetApp, look: Look) -> None:
    app.look = look

    async def go(pilot: Pilot[None]) -> None:
        await pilot.press("6")
        await shows(pilot, " needs, ")

    for view, same in snap_compare(app, views=[(80, 24)], run_before=go):
        assert same, view
