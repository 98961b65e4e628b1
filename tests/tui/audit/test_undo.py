"""Undoing in the console: the last change from any screen, and any line's on Audit."""

from __future__ import annotations

import pytest

from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.workspace import Workspace
from tests.material import make_chain

from ..conftest import Open
from ..driving import shows, text_of, until


@pytest.fixture(autouse=True)
def changed(workspace: Workspace) -> None:
    """Two settings, one after the other."""
    workspace.site.set(apns_grace_days=5)
    workspace.site.set(apns_grace_days=9)


async def test_u_asks_about_the_last_change(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("u")
        await shows(pilot, "Undo this change?")
        await shows(pilot, "apns grace days: 9")
        await shows(pilot, "1 group of settings changed")
        await pilot.press("escape")
        assert workspace.site.get().apns_grace_days == 9
        await pilot.press("u")
        await shows(pilot, "Undo this change?")
        await pilot.press("y")
        await until(pilot, lambda: workspace.site.get().apns_grace_days == 5)
        await shows(pilot, "Undone: apns grace days: 9")


async def test_u_says_in_full_why_the_last_change_stays(console: Open, workspace: Workspace) -> None:
    old, new = (CertificateSource(data=made.chain_pem, key=made.key_pem) for made in map(make_chain, ["a.example"] * 2))
    workspace.inventory.replace(workspace.inventory.import_from(old).imported[0].id, new)
    async with console(size=(80, 24)) as pilot:
        await pilot.press("u")
        await shows(pilot, "This change can't be undone")
        await shows(pilot, "stays as history; replace its successor once more.")


async def test_a_line_that_something_stands_on(console: Open, workspace: Workspace) -> None:
    async with console(size=(100, 30)) as pilot:
        await pilot.press("9")
        await shows(pilot, "apns grace days: 5")
        await pilot.press("down", "u")
        await shows(pilot, "This change can't be undone")
        await shows(pilot, "stands on line")
        await pilot.press("escape")
        assert workspace.site.get().apns_grace_days == 9


async def test_the_details_say_the_commands(console: Open) -> None:
    async with console(size=(100, 30)) as pilot:
        await pilot.press("9")
        await shows(pilot, "apns grace days: 9")
        await pilot.press("enter")
        await shows(pilot, "certfleet site set --apns-grace-days 9")
        await shows(pilot, "u undoes it")
        await pilot.press("u")
        await shows(pilot, "Undo this change?")
        assert "Audit line" in text_of(pilot)


async def test_the_command_of_the_last_change_is_a_key_away(console: Open) -> None:
    async with console(size=(100, 30)) as pilot:
        await pilot.press("ctrl+y")
        await until(pilot, lambda: pilot.app.clipboard == "certfleet site set --apns-grace-days 9")
        await shows(pilot, "of what you did last: certfleet site set")
