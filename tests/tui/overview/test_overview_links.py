"""Each line of the overview can be opened, prevention is one key away, and Esc comes back to the line."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from textual.pilot import Pilot

from certfleet.store.clock import FixedClock
from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from certfleet.tui.checklist.page import ChecklistPage
from certfleet.tui.lists.list_page import ListPage
from certfleet.tui.overview.linked_lines import LinkedLines
from certfleet.tui.overview.page import OverviewPage
from tests.material import NOW

from ..conftest import Open
from ..driving import shows, text_of, until
from ..sample_deployment import deploy

SIZES = pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80x24", "140x45"])


@pytest.fixture
def later(workspace: Workspace) -> Workspace:
    """Eleven days after the deployment."""
    assert isinstance(workspace.clock, FixedClock)
    workspace.clock.at = NOW + timedelta(days=11)
    workspace.settle()
    return workspace


def overview(pilot: Pilot[None]) -> OverviewPage:
    page = pilot.app.screen_stack[0]
    assert isinstance(page, OverviewPage)
    return page


def has_a_record(page: ListPage[Any]) -> bool:
    return page.table.record is not None


async def back(pilot: Pilot[None]) -> None:
    await pilot.press("escape")
    await until(pilot, lambda: isinstance(pilot.app.screen, OverviewPage))


@SIZES
@pytest.mark.prepared(by=deploy)
async def test_a_stop_opens_its_certificate_and_esc_comes_back_to_the_line(
    console: Open, later: Workspace, size: tuple[int, int]
) -> None:
    async with console(later, size=size) as pilot:
        await shows(pilot, "partner" if size[0] > 100 else "replace #3")
        await pilot.press("down", "enter")
        await shows(pilot, "PKI user certificate Microsoft CA")
        await shows(pilot, "esc Back")
        await back(pilot)
        assert overview(pilot).table.cursor == 1
        await shows(pilot, "Stopped: single sign-on to Citrix Files")


@pytest.mark.prepared(by=deploy)
@pytest.mark.parametrize(
    ("keys", "heading"),
    [
        ((), "APNs certificate for device management"),
        (("down",), "Replace #3"),
        (("down", "down", "down"), "Replace #5"),
    ],
    ids=["push", "saml", "gateway"],
)
async def test_r_shows_the_dialog_that_prevents_it(
    console: Open, later: Workspace, keys: tuple[str, ...], heading: str
) -> None:
    async with console(later, size=(80, 24)) as pilot:
        await shows(pilot, "replace #5")
        await pilot.press(*keys, "r")
        await shows(pilot, heading)
        before = list(later.audit.tail(1))
        await back(pilot)
        assert overview(pilot).table.cursor == len(keys)
        assert later.audit.tail(1) == before, "nothing was changed"


@SIZES
@pytest.mark.slow
@pytest.mark.prepared(by=deploy)
async def test_every_link_opens_something_and_esc_comes_back_to_it(
    console: Open, later: Workspace, size: tuple[int, int]
) -> None:
    async with console(later, size=size) as pilot:
        await shows(pilot, "Fleet   200 devices")
        await pilot.press("end", "down")
        facts = overview(pilot).query_one(LinkedLines)
        assert facts.has_focus
        seen: list[str] = []
        for _ in range(100):
            link = facts._link
            assert link is not None
            if link.key in seen:
                break
            if link.key.startswith(("audit", "notice")) and any(key.startswith(link.key.split()[0]) for key in seen):
                await pilot.press("right")
                continue
            seen.append(link.key)
            await pilot.press("enter")
            await until(pilot, lambda: not isinstance(pilot.app.screen, OverviewPage))
            if isinstance(page := pilot.app.screen, ListPage):
                assert page.filter.problem is None
                if not isinstance(page, ChecklistPage):  # that one is read in the background
                    await until(pilot, partial(has_a_record, page))
            await back(pilot)
            assert facts.has_focus
            assert facts._link is not None
            assert facts._link.key == link.key
            await pilot.press("right")
        assert {"tasks", "missing", "devices enrolled", "group default", "valid", "simulator"} <= set(seen)


@pytest.mark.prepared(by=deploy)
async def test_overview_and_checklist_say_the_same_number_missing(console: Open, later: Workspace) -> None:
    async with console(later, size=(140, 45)) as pilot:
        await until(pilot, lambda: re.search(r"× (\d+) missing", text_of(pilot)))
        told = re.search(r"× (\d+) missing", text_of(pilot))
        assert told is not None
        await pilot.press("6")
        await shows(pilot, f", {told[1]} missing")


@pytest.mark.prepared(by=deploy)
async def test_a_filter_of_somebodys_own_is_cleared_before_the_way_back(console: Open, later: Workspace) -> None:
    async with console(later, size=(80, 24)) as pilot:
        await shows(pilot, "Fleet   200 devices")
        await pilot.press("end", "down", "down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ChecklistPage))
        await pilot.press("slash", "x", "enter", "escape")
        assert isinstance(pilot.app.screen, ChecklistPage)
        assert pilot.app.screen.typed_filter == ""
        await back(pilot)


@pytest.mark.prepared(by=deploy)
async def test_whoever_goes_elsewhere_by_a_number_stays_there(console: Open, later: Workspace) -> None:
    async with console(later, size=(80, 24)) as pilot:
        await shows(pilot, "replace #5")
        await pilot.press("enter", "3", "escape")
        assert isinstance(pilot.app, CertfleetApp)
        assert pilot.app.current_mode == "devices"
        assert "esc Back" not in text_of(pilot)
