"""Opening the console imports what its first screen shows; each other screen comes when it is opened."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from certfleet.tui.screens import SCREENS
from certfleet.tui.shell.pages import PAGES, PageName

from ..conftest import Open

FIRST = """
    import asyncio, sys
    from certfleet.store.workspace import Workspace
    from certfleet.tui.app import CertfleetApp

    async def first_paint():
        app = CertfleetApp(Workspace.open(None), steady=False)
        async with app.run_test() as pilot:
            await pilot.pause()
            assert app.current_mode == "overview"
            print(*sys.modules)

    asyncio.run(first_paint())
"""

LATER = (
    *(f"certfleet.tui.{name}.page" for name in ("certificates", "devices", "authorities", "policies", "checklist")),
    *(f"certfleet.tui.{name}.page" for name in ("endpoints", "simulator", "forecast", "notices", "audit")),
    "certfleet.tui.dialogs.form_dialog",  # of all dialogs
    "certfleet.tui.dialogs.file_field",
    "certfleet.tui.shell.help_screen",
    "certfleet.tui.overview.prevention_actions",
    "certfleet.simulator.engine.simulator",
    "certfleet.simulator.identities",
    "certfleet.simulator.plans",
    "certfleet.simulator.scenarios",
    "certfleet.store.check.check",
    "rich.markdown",
    "markdown_it",
    "textual.widgets._markdown",
    "textual.widgets._data_table",
    "faker",
    "litestar",
    "uvicorn",
    "holidays",
)
"""What the first screen doesn't need, and takes long to import, or brings much with it."""


def test_the_first_screen_is_painted_without_what_others_need() -> None:
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(FIRST)], capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    assert "certfleet.tui.overview.page" in imported
    assert not imported & set(LATER)


@pytest.mark.parametrize(("number", "page"), enumerate(PAGES, 1), ids=[page.name for page in PAGES])
async def test_each_number_opens_its_screen(console: Open, number: int, page: PageName) -> None:
    async with console() as pilot:
        await pilot.press(str(number))
        await pilot.pause()
        assert pilot.app.current_mode == page.name
        assert type(pilot.app.screen) is SCREENS[page.name]()
