"""A console on a workspace in memory, at a fixed time, driven by keys."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import textual.app
import textual.pilot
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot

from certfleet.store.clock import FixedClock
from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from certfleet.tui.shell.settings import ConsoleSettings
from certfleet.tui.shell.themes import Look
from tests.material import NOW
from tests.prepared import InMemory, Prepared

from .settling import quiet_instead_of_idle, settled

Open = Callable[..., AbstractAsyncContextManager[Pilot[None]]]


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The console starts in an empty folder and has no colour settings from outside."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return folder


@pytest.fixture(autouse=True)
def keys_that_settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pilot goes on when the console has nothing left to do."""
    monkeypatch.setattr(textual.app, "wait_for_idle", quiet_instead_of_idle)
    monkeypatch.setattr(textual.pilot, "wait_for_idle", quiet_instead_of_idle)


@pytest.fixture(autouse=True)
def notes_that_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told for some seconds is still there when a slow machine comes to look."""
    monkeypatch.setattr("certfleet.tui.app.NOTE_SECONDS", 600)
    monkeypatch.setattr(textual.app.App, "NOTIFICATION_TIMEOUT", 600)


@pytest.fixture
def snap_compare(snap_compare: Callable[..., bool]) -> Callable[..., bool]:
    """Compares the picture of a console that has settled."""

    def compare(
        app: CertfleetApp,
        press: Iterable[str] = (),
        terminal_size: tuple[int, int] = (80, 24),
        run_before: Callable[[Pilot[None]], Awaitable[None]] | None = None,
    ) -> bool:
        async def settle(pilot: Pilot[None]) -> None:
            if run_before is not None:
                await run_before(pilot)
            await pilot.press(*press)
            await settled(pilot)

        return snap_compare(app, terminal_size=terminal_size, run_before=settle)

    return compare


@pytest.fixture(autouse=True, scope="session")
def style_sheets_are_read_once() -> Iterator[None]:
    """Textual reads all style sheets anew for each app, which is a fifth of a test's work."""
    read, known = Stylesheet._parse_rules, dict[Hashable, list[RuleSet]]()

    def read_once(sheet: Stylesheet, css: str, *more: Any, **named: Any) -> list[RuleSet]:
        key = (css, more, *named.values(), frozenset(sheet._variables.items()))
        if key not in known:
            known[key] = read(sheet, css, *more, **named)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", read_once)
        yield


@pytest.fixture
def workspace(request: pytest.FixtureRequest, prepared: Prepared, tmp_path: Path) -> Iterator[Workspace]:
    """A new one in memory, or the one that ``@pytest.mark.prepared`` asks for."""
    marker = request.node.get_closest_marker("prepared")
    fill: Callable[[Workspace], object] = marker.kwargs["by"] if marker else lambda workspace: None

    def make(folder: Path) -> None:
        with Workspace.open(folder, actor=Actor("alice"), clock=FixedClock(NOW)) as workspace:
            fill(workspace)

    folder = prepared.made(f"console-{fill.__name__ if marker else 'new'}", make)
    key_file = Path(shutil.copy(folder / "vault.key", tmp_path))
    engine = InMemory(folder / "store.db")
    with Workspace(engine, key_file=key_file, actor=Actor("alice"), clock=FixedClock(NOW)) as workspace:
        yield workspace


@pytest.fixture
def console(workspace: Workspace) -> Open:
    """``async with console() as pilot``: the console, 100 columns wide unless told."""

    @asynccontextmanager
    async def open_console(
        on: Workspace | None = None, *, size: tuple[int, int] = (100, 30), **options: Any
    ) -> AsyncIterator[Pilot[None]]:
        options = {"settings": ConsoleSettings(look=Look.DARK), "steady": False, **options}
        app = CertfleetApp(on or workspace, **options)
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause()
            yield pilot

    return open_console
