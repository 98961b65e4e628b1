"""How the main screens look, at 80×24 and 140×45. ``pytest --snapshot-update`` takes new pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from certfleet.store.clock import FixedClock
from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from certfleet.tui.shell.settings import ConsoleSettings
from certfleet.tui.shell.themes import Look
from tests.material import NOW

from .driving import shows
from .sample_deployment import deploy
from .sample_devices import fill as fill_devices
from .sample_fleet import add_fleet, add_history
from .sample_inventory import fill, fixed

SIZES = [(80, 24), (140, 45)]
Compare = Callable[..., bool]


@pytest.fixture
def app(workspace: Workspace) -> CertfleetApp:
    fill(workspace)
    workspace.settle()
    return CertfleetApp(workspace, title="fleet", settings=ConsoleSettings(look=Look.DARK), steady=False)


def at(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


@pytest.mark.parametrize("size", SIZES, ids=at)
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param([], id="overview"),
        pytest.param(["2", "down", "down"], id="certificates"),
        pytest.param(["2", "question_mark"], id="help"),
        pytest.param(["9"], id="audit"),
    ],
)
def test_screens(snap_compare: Compare, app: CertfleetApp, size: Any, keys: list[str]) -> None:
    assert snap_compare(app, terminal_size=size, press=keys)


@pytest.mark.parametrize("size", SIZES, ids=at)
def test_import_dialog(snap_compare: Compare, app: CertfleetApp, size: Any, own_folders: Path) -> None:
    (own_folders / "new-gateway.pem").write_bytes(fixed("gateway.example.com", 398).pem)

    async def choose(pilot: Pilot[None]) -> None:
        await pilot.press("2", "i")
        await shows(pilot, "new-gateway.pem")
        await pilot.press("down", "down", "enter")
        await shows(pilot, "1 certificate: gateway.example.com")
        pilot.app.screen.query_one("#path").value = "new-gateway.pem"  # type: ignore[attr-defined]

    assert snap_compare(app, terminal_size=size, run_before=choose)


@pytest.mark.parametrize("look", [Look.LIGHT, Look.ANSI, Look.PLAIN], ids=["light", "ansi", "plain"])
def test_looks(snap_compare: Compare, workspace: Workspace, look: Look) -> None:
    fill(workspace)
    workspace.settle()
    app = CertfleetApp(workspace, title="fleet", settings=ConsoleSettings(look=look), steady=False)

    assert snap_compare(app, terminal_size=(80, 24), press=["2", "down", "space"])


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


@pytest.mark.parametrize("size", SIZES, ids=at)
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param([], id="fleet-overview"),
        pytest.param(["4"], id="authorities"),
        pytest.param(["4", "n"], id="refresh"),
        pytest.param(["7"], id="simulator"),
    ],
)
def test_fleet_screens(snap_compare: Compare, rehearsal: CertfleetApp, size: Any, keys: list[str]) -> None:
    assert snap_compare(rehearsal, terminal_size=size, press=keys)


@pytest.mark.parametrize("look", [Look.LIGHT, Look.ANSI, Look.PLAIN], ids=["light", "ansi", "plain"])
def test_looks_of_the_simulator(snap_compare: Compare, rehearsal: CertfleetApp, look: Look) -> None:
    rehearsal.look = look

    assert snap_compare(rehearsal, terminal_size=(80, 24), press=["7"])


@pytest.mark.parametrize("size", SIZES, ids=at)
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(["3", "down", "down", "down", "space"], id="list"),
        pytest.param(["3", "f", "space"], id="pane"),
        pytest.param(["3", "question_mark"], id="help"),
    ],
)
def test_devices(snap_compare: Compare, workspace: Workspace, size: Any, keys: list[str]) -> None:
    fill_devices(workspace)
    workspace.settle()
    app = CertfleetApp(workspace, title="fleet", settings=ConsoleSettings(look=Look.DARK), steady=False)

    assert snap_compare(app, terminal_size=size, press=keys)


@pytest.mark.parametrize("size", SIZES, ids=at)
def test_secure(snap_compare: Compare, workspace: Workspace, size: Any) -> None:
    async def look(pilot: Pilot[None]) -> None:
        await pilot.press("3", "ctrl+a", "s")
        await shows(pilot, "devices run Windows")

    fill_devices(workspace)
    workspace.settle()
    app = CertfleetApp(workspace, title="fleet", settings=ConsoleSettings(look=Look.DARK), steady=False)

    assert snap_compare(app, terminal_size=size, run_before=look)


@pytest.mark.parametrize("size", SIZES, ids=at)
def test_secure_result(snap_compare: Compare, workspace: Workspace, size: Any) -> None:
    async def renew(pilot: Pilot[None]) -> None:
        await pilot.press("3", "ctrl+a", "s")
        await shows(pilot, "devices run Windows")
        await pilot.press("enter")
        await shows(pilot, "devices refused")

    fill_devices(workspace)
    workspace.settle()
    app = CertfleetApp(workspace, title="fleet", settings=ConsoleSettings(look=Look.DARK), steady=False)

    assert snap_compare(app, terminal_size=size, run_before=renew)


@pytest.fixture
def troubled(workspace: Workspace) -> CertfleetApp:
    """A console on a deployment some days on: the push certificate has lapsed, and follow-ups are open."""
    assert isinstance(workspace.clock, FixedClock)
    workspace.clock.at = NOW + timedelta(days=11)
    workspace.settle()
    return CertfleetApp(workspace, title="fleet", settings=ConsoleSettings(look=Look.DARK), steady=False)


@pytest.mark.prepared(by=deploy)
@pytest.mark.parametrize("size", SIZES, ids=at)
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param([], id="overview"),
        pytest.param(["8", "down"], id="notices"),
        pytest.param(["8", "down", "enter"], id="notice"),
        pytest.param(["8", "o"], id="delivery"),
        pytest.param(["2", "down", "down", "enter", "right_square_bracket", "right_square_bracket"], id="depends"),
        pytest.param(["7"], id="simulator"),
    ],
)
def test_troubled(snap_compare: Compare, troubled: CertfleetApp, size: Any, keys: list[str]) -> None:
    assert snap_compare(troubled, terminal_size=size, press=keys)


@pytest.mark.prepared(by=deploy)
@pytest.mark.parametrize("look", [Look.LIGHT, Look.ANSI, Look.PLAIN], ids=["light", "ansi", "plain"])
def test_looks_of_the_notices(snap_compare: Compare, troubled: CertfleetApp, look: Look) -> None:
    troubled.look = look

    assert snap_compare(troubled, terminal_size=(80, 24), press=["8", "down"])


@pytest.mark.prepared(by=deploy)
@pytest.mark.parametrize("size", SIZES, ids=at)
def test_installing_a_root(snap_compare: Compare, troubled: CertfleetApp, size: Any) -> None:
    async def look(pilot: Pilot[None]) -> None:
        await pilot.press("3", "ctrl+a", "s", "up")
        await shows(pilot, "to install")
        await pilot.pause()

    assert snap_compare(troubled, terminal_size=size, run_before=look)
