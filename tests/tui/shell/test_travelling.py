"""Going back: Esc along the links, alt+left and alt+right through all places, each as it was left."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from certfleet.tui.certificates.page import CertificateDetailPage
from certfleet.tui.lists.list_page import ListPage
from tests.material import issue

from ..conftest import Open
from ..driving import paste, shows, until


def mode(pilot: Pilot[None]) -> str:
    return pilot.app.current_mode


def row(pilot: Pilot[None]) -> int:
    page = pilot.app.screen
    assert isinstance(page, ListPage)
    record = page.table.record
    return -1 if record is None else int(record.id)


@pytest.fixture
def inventory(workspace: Workspace) -> Workspace:
    for number in range(12):
        source = CertificateSource(data=issue(f"web{number:02}.example.com", days=100 + number).pem)
        workspace.inventory.import_from(source)
    return workspace


async def test_a_list_comes_back_with_its_filter_and_row(console: Open, inventory: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "slash")
        await paste(pilot, "web0")
        await pilot.press("enter", "down", "down", "down")
        at = row(pilot)
        assert isinstance(pilot.app, CertfleetApp)
        pilot.app.open_list("certificates", "web11")
        await until(pilot, lambda: row(pilot) != at)
        await shows(pilot, "esc Back")
        await pilot.press("escape")
        await until(pilot, lambda: row(pilot) == at)
        page = pilot.app.screen
        assert isinstance(page, ListPage)
        assert page.typed_filter == "web0"


async def test_alt_left_and_right_go_through_all_places(console: Open, inventory: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "down", "down")
        at = row(pilot)
        await pilot.press("3", "9", "alt+left")
        assert mode(pilot) == "devices"
        await pilot.press("alt+left")
        await until(pilot, lambda: mode(pilot) == "certificates" and row(pilot) == at)
        await pilot.press("alt+left", "alt+left")
        assert mode(pilot) == "overview", "there is nothing before it"
        await pilot.press("alt+right", "alt+right", "alt+right", "alt+right")
        assert mode(pilot) == "audit"


async def test_details_on_their_own_screen_come_back_too(console: Open, inventory: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "down", "enter")
        details = pilot.app.screen
        assert isinstance(details, CertificateDetailPage)
        id = details.record_id
        await pilot.press("9", "alt+left")
        await until(pilot, lambda: isinstance(pilot.app.screen, CertificateDetailPage))
        assert isinstance(pilot.app.screen, CertificateDetailPage)
        assert pilot.app.screen.record_id == id
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, ListPage))


async def test_esc_goes_back_link_by_link(console: Open, inventory: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        assert isinstance(pilot.app, CertfleetApp)
        pilot.app.open_certificate(3)
        await shows(pilot, "esc Back")
        pilot.app.open_record("audit", 2)
        await until(pilot, lambda: mode(pilot) == "audit")
        await shows(pilot, "esc Back")
        await pilot.press("escape")
        await until(pilot, lambda: mode(pilot) == "certificates" and row(pilot) == 3)
        await shows(pilot, "esc Back")
        await pilot.press("escape")
        await until(pilot, lambda: mode(pilot) == "overview")
        await pilot.press("escape")
        assert mode(pilot) == "overview"
