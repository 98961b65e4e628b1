"""How the main screens look, at 80×24 and 140×45. ``pytest --snapshot-update`` takes new pictures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from certfleet.store.clock import FixedClock
from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from certfleet.tui.shell.settings import ConsoleSettings
from certfleet.tui.themes.themes import Look
from tests.material import NOW

from .conftest import SIZES, Compare, with_visible_styles
from .driving import shows
from .sample_deployment import deploy
from .sample_devices import fill as fill_devices
from .sample_fleet import add_fleet, add_history
from .sample_inventory import fill, fixed
from .settling import settled

SIZE = pytest.mark.parametrize("size", SIZES, ids=["80x24", "140x45"])
LOOKS = [Look.LIGHT, Look.ANSI, Look.PLAIN]


@pytest.fixture
def app(workspace: Workspace) -> CertfleetApp:
    fill(workspace)
    workspace.settle()
    return CertfleetApp(workspace, title="fleet", settings=ConsoleSettings(look=Look.DARK), steady=False)


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param([], id="overview"),
        pytest.param(["2", "down", "down"], id="certificates"),
        pytest.param(["2", "question_mark"], id="help"),
        pytest.param(["9"], id="audit"),
    ],
)
def test_screens(snap_compare: Compare, app: CertfleetApp, keys: list[str]) -> None:
    for view, same in snap_compare(app, press=keys):
        assert same, view


def test_import_dialog(snap_compare: Compare, app: CertfleetApp, own_folders: Path) -> None:
    (own_folders / "new-gateway.pem").write_bytes(fixed("gateway.example.com", 398).pem)

    async def choose(pilot: Pilot[None]) -> None:
        await pilot.press("2", "i")
        await shows(pilot, "new-gateway.pem")
        await pilot.press("down", "down", "enter")
        await shows(pilot, "1 certificate: gateway.example.com")
        pilot.app.screen.query_one("#path").value = "new-gateway.pem"  # type: ignore[attr-defined]

    for view, same in snap_compare(app, run_before=choose):
        assert same, view


@pytest.mark.parametrize("look", LOOKS, ids=["light", "ansi", "plain"])
def test_looks(snap_compare: Compare, workspace: Workspace, look: Look) -> None:
    fill(workspace)
    workspace.settle()
    app = CertfleetApp(workspace, title="fleet", settings=ConsoleSettings(look=look), steady=False)

    for view, same in snap_compare(app, views=[(80, 24)], press=["2", "down", "space"]):
        assert same, view


@pytest.fixture
def rehearsal(tmp_path: Path) -> Iterator[CertfleetApp]:
    """A console on a simulated fleet that is crossing over to a new CA group."""
    with Workspace.open(tmp_path / "rehearsal", actor=Actor("alice"), start=NOW) as workspace:
        fill(workspace)
        add_fleet(workspace)
        add_history(workspace)
        workspace.settle()
        workspace.poll()
        yield CertfleetApp(workspace, title="fleet", settings=ConsoleSettings(look=Look.DARK), steady=False)


@SIZE
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param([], id="fleet-overview"),
        pytest.param(["4"], id="authorities"),
        pytest.param(["4", "n"], id="refresh"),
        pytest.param(["7"], id="simulator"),
    ],
)
def test_fleet_screens(snap_compare: Compare, rehearsal: CertfleetApp, size: tuple[int, int], keys: list[str]) -> None:
    for view, same in snap_compare(rehearsal, views=[size], press=keys):
        assert same, view


@pytest.mark.parametrize("look", LOOKS, ids=["light", "ansi", "plain"])
def test_looks_of_the_simulator(snap_compare: Compare, rehearsal: CertfleetApp, look: Look) -> None:
    rehearsal.look = look

    for view, same in snap_compare(rehearsal, views=[(80, 24)], press=["7"]):
        assert same, view


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(["3", "down", "down", "down", "space"], id="list"),
        pytest.param(["3", "F", "space"], id="pane"),
        pytest.param(["3", "question_mark"], id="help"),
    ],
)
def test_devices(snap_compare: Compare, workspace: Workspace, keys: list[str]) -> None:
    fill_devices(workspace)
    workspace.settle()
    app = CertfleetApp(workspace, title="fleet", settings=ConsoleSettings(look=Look.DARK), steady=False)

    for view, same in snap_compare(app, press=keys):
        assert same, view


def test_secure(snap_compare: Compare, workspace: Workspace) -> None:
    async def look(pilot: Pilot[None]) -> None:
        await pilot.press("3", "ctrl+a", "s")
        await shows(pilot, "devices run Windows")

    fill_devices(workspace)
    workspace.authorities.refresh(ready_after=timedelta(0))
    workspace.settle()
    app = CertfleetApp(workspace, title="fleet", settings=ConsoleSettings(look=Look.DARK), steady=False)

    for view, same in snap_compare(app, run_before=look):
        assert same, view


def test_secure_result(snap_compare: Compare, workspace: Workspace) -> None:
    async def renew(pilot: Pilot[None]) -> None:
        await pilot.press("3", "ctrl+a", "s")
        await shows(pilot, "devices run Windows")
        await pilot.press("enter")
        await shows(pilot, "devices refused")

    fill_devices(workspace)
    workspace.authorities.refresh(ready_after=timedelta(0))
    workspace.settle()
    app = CertfleetApp(workspace, title="fleet", settings=ConsoleSettings(look=Look.DARK), steady=False)

    for view, same in snap_compare(app, run_before=renew):
        assert same, view


@pytest.fixture
def troubled(workspace: Workspace) -> CertfleetApp:
    """A console on a deployment some days on: the push certificate has lapsed, and follow-ups are open."""
    assert isinstance(workspace.clock, FixedClock)
    workspace.clock.at = NOW + timedelta(days=11)
    workspace.settle()
    return CertfleetApp(workspace, title="fleet", settings=ConsoleSettings(look=Look.DARK), steady=False)


@SIZE
@pytest.mark.prepared(by=deploy)
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param([], id="overview"),
        pytest.param(["8", "down"], id="notices"),
        pytest.param(["8", "down", "enter"], id="notice"),
        pytest.param(["8", "comma"], id="delivery"),
        pytest.param(["7"], id="simulator"),
    ],
)
def test_troubled(snap_compare: Compare, troubled: CertfleetApp, size: tuple[int, int], keys: list[str]) -> None:
    for view, same in snap_compare(troubled, views=[size], press=keys):
        assert same, view


@pytest.mark.prepared(by=deploy)
@SIZE
@pytest.mark.parametrize(
    "keys",
    [pytest.param(["2", "down", "down", "enter", "right_square_bracket", "right_square_bracket"], id="depends")],
)
def test_troubled_in_a_detail_view(
    snap_compare: Compare, troubled: CertfleetApp, size: tuple[int, int], keys: list[str]
) -> None:
    for view, same in snap_compare(troubled, views=[size], press=keys):
        assert same, view


@pytest.mark.prepared(by=deploy)
@pytest.mark.parametrize("look", LOOKS, ids=["light", "ansi", "plain"])
def test_looks_of_the_notices(snap_compare: Compare, troubled: CertfleetApp, look: Look) -> None:
    troubled.look = look

    for view, same in snap_compare(troubled, views=[(80, 24)], press=["8", "down"]):
        assert same, view


@pytest.mark.prepared(by=deploy)
@SIZE
def test_installing_a_root(snap_compare: Compare, troubled: CertfleetApp, size: tuple[int, int]) -> None:
    async def look(pilot: Pilot[None]) -> None:
        await pilot.press("3", "ctrl+a", "s")
        await settled(pilot)  # the room that is taken for what the first choice does stays
        await pilot.press("up")
        await shows(pilot, "to install")

    for view, same in snap_compare(troubled, views=[size], run_before=look):
        assert same, view


def test_pictures_differ_only_by_what_is_seen() -> None:
    def picture(*styles: str, text: int) -> str:
        rules = "".join(f"    .terminal-r{number} {{ fill: {style} }}\n" for number, style in enumerate(styles, 1))
        return f'<style>\n{rules}</style>\n<text class="terminal-r{text}">certfleet</text>\n'

    seen = with_visible_styles(picture("#ffffff", text=1))
    assert seen == picture("#ffffff", text=1)
    assert with_visible_styles(picture("#9399a1", "#ffffff", text=2)) == seen
    assert with_visible_styles(picture("#9399a1", "#ffffff", text=1)) != seen
