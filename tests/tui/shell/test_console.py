"""The console as a whole: its screens, help, palette, looks, and its reaction to errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.settings.settings import PersonSettings
from certfleet.store.settings.table import THEME, THEMES
from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from certfleet.tui.shell.pages import PAGES
from certfleet.tui.shell.settings import ConsoleSettings
from certfleet.tui.themes.themes import Look
from tests.material import issue

from ..conftest import Open
from ..driving import paste, shows, text_of, until


@pytest.mark.parametrize(("key", "page"), [(str(number), page) for number, page in enumerate(PAGES, 1)])
async def test_the_number_keys_go_to_the_screens(console: Open, key: str, page: Any) -> None:
    async with console() as pilot:
        await pilot.press(key)
        assert pilot.app.current_mode == page.name


async def test_a_click_on_a_name_goes_there_too(console: Open) -> None:
    async with console(size=(140, 30)) as pilot:
        line = text_of(pilot).split("\n")[1]
        await pilot.click("Masthead", offset=(line.index("Audit"), 1))
        assert pilot.app.current_mode == "audit"


async def test_the_overview_names_what_ends_next_first_at_80x24(console: Open, workspace: Workspace) -> None:
    for name, days in (("later.example.com", 80), ("soon.example.com", 9), ("gone.example.com", 0)):
        workspace.inventory.import_from(CertificateSource(data=issue(name, days=days).pem))

    async with console(size=(80, 24)) as pilot:
        lines = text_of(pilot).split("\n")
        names = [name for line in lines[4:6] for name in ("gone", "soon", "later") if name in line]
        assert names == ["soon", "later"]
        assert "× 1 expired" in text_of(pilot), "nothing stops with what has ended unnoticed: it is only counted"

        await pilot.press("down", "enter")
        assert pilot.app.current_mode == "certificates"


async def test_help_lists_the_keys_that_work_here(console: Open) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "question_mark")
        await shows(pilot, "Import a file")
        await pilot.press("pagedown", "end")
        await shows(pilot, "critical too; also: critical, expired")
        await pilot.press("escape")
        await until(pilot, lambda: "Import a file" not in text_of(pilot))


async def test_the_palette_finds_screens_actions_and_certificates(console: Open, workspace: Workspace) -> None:
    workspace.inventory.import_from(CertificateSource(data=issue("gateway.example.com").pem))

    async with console() as pilot:
        await pilot.press("ctrl+p")
        await paste(pilot, "gateway")
        await shows(pilot, "#1 gateway.example.com")
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.current_mode == "certificates")

        await pilot.press("ctrl+p")
        await paste(pilot, "audit")
        await shows(pilot, "9 Audit")
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.current_mode == "audit")


async def test_the_palette_leads_to_what_is_done_on_other_screens(console: Open) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p")
        await paste(pilot, "listener")
        await shows(pilot, "Authorities: SSL listener certificate")
        await shows(pilot, "key L there")
        await pilot.press("enter")
        await shows(pilot, "» Here, L: SSL listener certificate.")
        assert pilot.app.current_mode == "authorities"


async def test_the_palette_undoes(console: Open, workspace: Workspace) -> None:
    workspace.site.set(apns_grace_days=5)
    async with console(size=(80, 24)) as pilot:
        await pilot.press("6", "ctrl+p")
        await paste(pilot, "undo")
        await shows(pilot, "Undo your last change")
        await pilot.press("enter")
        await shows(pilot, "Undo this change?")


async def test_the_audit_trail_is_listed_and_searched(console: Open, workspace: Workspace) -> None:
    workspace.inventory.import_from(CertificateSource(data=issue("gateway.example.com").pem))

    async with console() as pilot:
        await pilot.press("9")
        await shows(pilot, "gateway.example.com imported")
        await pilot.press("slash")
        await paste(pilot, "workspace created")
        await until(pilot, lambda: "gateway" not in text_of(pilot))
        await pilot.press("enter", "enter")
        await shows(pilot, "Line before")


async def test_the_look_is_changed_and_kept(console: Open, tmp_path: Path) -> None:
    file = tmp_path / "settings" / "config.toml"
    async with console(settings=ConsoleSettings(look=Look.DARK, file=file)) as pilot:
        await pilot.press("T")
        assert pilot.app.theme == Look.LIGHT.theme

    assert PersonSettings.load(file, {})[THEME] == "light"


async def test_a_look_that_can_not_be_kept_is_shown_all_the_same(console: Open, tmp_path: Path) -> None:
    async with console(settings=ConsoleSettings(look=Look.DARK, file=tmp_path)) as pilot:
        await pilot.press("T")
        assert pilot.app.theme == Look.LIGHT.theme
        await shows(pilot, "This look holds until you quit")


async def test_no_color_is_respected(console: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with console() as pilot:
        await pilot.press("2")
        colours = {
            colour.name
            for strip in pilot.app.screen._compositor.render_strips()
            for segment in strip
            if segment.style is not None
            for colour in (segment.style.color, segment.style.bgcolor)
            if colour is not None
        }

    assert colours <= {"default"}


@pytest.mark.parametrize(
    ("environment", "look"),
    [
        ({"TERM": "xterm-256color"}, Look.DARK),
        ({"TERM": "xterm-256color", "COLORFGBG": "0;15"}, Look.LIGHT),
        ({"TERM": "linux"}, Look.ANSI),
        ({"TERM": "dumb"}, Look.PLAIN),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, Look.PLAIN),
    ],
)
def test_the_first_look_follows_the_terminal(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], look: Look
) -> None:
    for name in ("COLORTERM", "COLORFGBG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert CertfleetApp(workspace).look is look


def test_the_console_follows_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config.toml"
    file.write_text("theme = 'ansi'\nmouse = false\n[keys]\nquit = 'f10'\n")
    monkeypatch.setenv("CERTFLEET_CONFIG", str(file))
    settings = ConsoleSettings.of_person()

    assert (settings.look, settings.mouse, settings.keys, settings.file) == (Look.ANSI, False, {"quit": ("f10",)}, file)
    monkeypatch.setenv("CERTFLEET_COLOR", "never")
    assert ConsoleSettings.of_person().look is Look.PLAIN


@pytest.mark.parametrize(
    ("dim", "connection", "dims"),
    [("auto", "", True), ("auto", "192.0.2.1 50000 192.0.2.2 22", False), ("always", "x", True), ("never", "", False)],
)
def test_nothing_is_dimmed_over_ssh(
    monkeypatch: pytest.MonkeyPatch, workspace: Workspace, dim: str, connection: str, dims: bool
) -> None:
    monkeypatch.setenv("CERTFLEET_CONFIG", "/dev/null")
    monkeypatch.setenv("CERTFLEET_DIM", dim)
    monkeypatch.setenv("SSH_CONNECTION", connection)
    settings = ConsoleSettings.of_person()

    assert settings.dims is dims
    assert CertfleetApp(workspace, settings=settings).has_class("-undimmed") is not dims


@pytest.mark.parametrize("name", THEMES)
def test_each_theme_has_its_look(name: str) -> None:
    look = Look.of_setting(name)

    assert name == ("auto" if look is None else look.setting)


def test_each_look_can_be_set() -> None:
    assert {look.setting for look in Look} < set(THEMES)


async def test_an_unexpected_error_is_told_and_the_console_stays(
    console: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    workspace.inventory.import_from(CertificateSource(data=issue("gateway.example.com").pem))

    def fail(*arguments: Any) -> Refusal | None:
        raise RuntimeError("something of our own")

    async with console(steady=True) as pilot:
        await pilot.press("2")
        with monkeypatch.context() as patch:
            patch.setattr(workspace.inventory, "can_delete", fail)
            patch.setattr(workspace.inventory, "describe", fail)
            await pilot.press("d", "x", "enter")
            await shows(pilot, "An error of certfleet itself")
            await pilot.press("escape", "end")
        await pilot.press("9")
        await shows(pilot, "gateway.example.com imported")

    assert "something of our own" in (tmp_path / "state" / "certfleet" / "console.log").read_text()


async def test_a_fatal_error_prints_no_local_variables(workspace: Workspace) -> None:
    app = CertfleetApp(workspace)
    async with app.run_test():
        try:
            password = "correct horse"
            raise RuntimeError(f"about {len(password)}")
        except RuntimeError:
            app._fatal_error()
        printed: list[Any] = app._exit_renderables
        shown = "".join(segment.text for renderable in printed for segment in renderable.segments)

    assert "correct horse" not in shown
    assert "went wrong" in shown
