"""The console of somebody who is confined to one folder: its path fields, and no way to anything else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from textual.widgets import Input

import certfleet.tui
from certfleet.store.confinement import VARIABLE
from certfleet.store.errors import Refusal
from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from certfleet.tui.dialogs.file_inspection import path_of
from certfleet.tui.dialogs.path_completion import complete_path, entries_for
from certfleet.tui.overview.demo_dialog import DemoDialog
from certfleet.tui.scenario.start_dialog import StartScenarioDialog
from tests.material import issue

from ..conftest import Open
from ..driving import paste, shows, until


@pytest.fixture
def exchange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that people are confined to, and something beside it."""
    folder = tmp_path / "exchange"
    folder.mkdir()
    (tmp_path / "outside.pem").write_bytes(issue("outside.example").pem)
    (folder / "server.pem").write_bytes(issue("server.example").pem)
    (folder / ".hidden.pem").write_bytes(issue("hidden.example").pem)
    (folder / "link.pem").symlink_to(tmp_path / "outside.pem")
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


@pytest.mark.parametrize("typed", ["/etc/hostname", "../outside.pem", ".hidden.pem", "link.pem", "~/.profile"])
async def test_a_file_elsewhere_is_not_read(console: Open, workspace: Workspace, exchange: Path, typed: str) -> None:
    before = len(workspace.inventory.list())
    async with console(size=(120, 40)) as pilot:
        await pilot.press("2", "i")
        await paste(pilot, typed)
        await pilot.press("enter")
        await shows(pilot, "path-outside")
    assert len(workspace.inventory.list()) == before


async def test_a_file_of_the_folder_is_named_from_there(console: Open, workspace: Workspace, exchange: Path) -> None:
    async with console(size=(120, 40)) as pilot:
        await pilot.press("2", "i")
        await paste(pilot, "server.pem")
        await pilot.press("enter")
        await shows(pilot, "server.example")
        assert complete_path("ser") == "server.pem"
        assert complete_path("lin") is None
        assert complete_path("/et") is None
        assert complete_path("../out") is None
        assert [one.name for one in entries_for("")] == ["server.pem"]
        await pilot.press("ctrl+u", "down", "backspace")
        assert pilot.app.screen.query_one("#path", Input).value == ""


@pytest.mark.parametrize("typed", ["/tmp/certfleet-x.pem", "../x.pem", ".bashrc", "~/.bashrc"])
async def test_nothing_is_written_elsewhere(console: Open, exchange: Path, typed: str) -> None:
    async with console(size=(120, 40)) as pilot:
        await pilot.press("2", "i")
        await paste(pilot, "server.pem")
        await pilot.press("enter")
        await shows(pilot, "server.example")
        await pilot.press("enter")
        await shows(pilot, "imported")
        await pilot.press("enter", "e")
        field = pilot.app.screen.query_one("#target", Input)
        await until(pilot, lambda: field.value.startswith(str(exchange)))
        field.value = typed
        field.focus()
        await pilot.press("enter")
        await shows(pilot, "path-outside")
    assert not Path("/tmp/certfleet-x.pem").exists()
    assert not (exchange / ".bashrc").exists()


async def test_there_is_no_way_to_a_shell(console: Open, exchange: Path) -> None:
    async with console(size=(120, 40)) as pilot:
        await pilot.press("ctrl+z")
        await shows(pilot, "confined")
        app = pilot.app
        assert isinstance(app, CertfleetApp)
        app.open_url("https://example.com")  # a browser would be another program
        app.action_suspend_process()
        assert app.deliver_text(str(exchange / "server.pem")) is None
        with pytest.raises(Refusal, match="confined"):
            app.save_screenshot()
        assert not any("screenshot" in one.title.lower() for one in app.get_system_commands(app.screen))


def test_a_demo_of_its_own_is_refused(workspace: Workspace, exchange: Path) -> None:
    with pytest.raises(Refusal, match="confined"):
        DemoDialog().work(str(exchange / "demo"), 5)


def test_a_scenario_of_its_own_is_refused(workspace: Workspace, exchange: Path) -> None:
    with pytest.raises(Refusal, match="confined"):
        StartScenarioDialog().work("apns-last-ten-days", str(exchange / "lesson"))


def test_paths_that_people_type_are_read_in_one_place() -> None:
    """No other module of the console looks into a person's home, or begins a path where the process was started."""
    root = Path(certfleet.tui.__file__).parent.resolve()
    found = {
        file.relative_to(root).as_posix()
        for file in root.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("expanduser", "cwd", "home")
    }
    # The dialogs that make a workspace are refused to who is confined.
    assert found == {"dialogs/file_inspection.py", "scenario/start_dialog.py", "overview/demo_dialog.py"}
    assert path_of("x.pem") == Path("x.pem")
