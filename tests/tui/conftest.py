"""A console on a workspace in memory, at a fixed time, driven by keys."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
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


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace.open(None, actor=Actor("alice"), clock=FixedClock(NOW)) as workspace:
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
