"""Every letter can be read in each of Textual's themes that are offered: one console, which changes its look."""

from __future__ import annotations

import pytest

from certfleet.tui.app import CertfleetApp
from certfleet.tui.shell.page import Page
from certfleet.tui.shell.settings import ConsoleSettings
from certfleet.tui.themes.themes import OURS, Look
from tests.tui.themes.test_contrast_on_screen import SCREENS, faint

from ..conftest import Open
from ..driving import until
from ..sample_deployment import deploy
from ..settling import settled


@pytest.mark.slow
@pytest.mark.prepared(by=deploy)
@pytest.mark.parametrize("keys", SCREENS)
async def test_what_is_on_screen_can_be_read_in_textuals_themes(console: Open, keys: list[str]) -> None:
    found = {}
    async with console(size=(140, 45), settings=ConsoleSettings(look=Look.DARK)) as pilot:
        app = pilot.app
        assert isinstance(app, CertfleetApp)
        for look in Look:
            if look not in OURS:
                app.action_look(look.value)
                await pilot.press(*keys)
                await settled(pilot)
                if lines := faint(pilot):
                    found[look.value] = lines
                for _ in range(3):  # out of a field, a dialog, and what it was opened from
                    await pilot.press("escape")
                await until(pilot, lambda: isinstance(app.screen, Page))
    assert not found
