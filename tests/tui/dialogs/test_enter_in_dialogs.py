"""Enter does what a dialog is for, from a menu, a choice and a tick as well; Esc leaves it."""

from __future__ import annotations

import pytest

from certfleet.store.workspace import Workspace
from certfleet.tui.authorities.refresh_dialog import RefreshDialog

from ..conftest import Open
from ..driving import until


@pytest.mark.parametrize("fields_on", [0, 1, 2])
async def test_enter_confirms_from_every_field(console: Open, workspace: Workspace, fields_on: int) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("4", "n")
        await until(pilot, lambda: isinstance(pilot.app.screen, RefreshDialog))
        await pilot.press(*["tab"] * fields_on, "enter")
        await until(pilot, lambda: len(workspace.authorities.groups()) == 2)
