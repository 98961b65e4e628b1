"""What is stopped, what will be, and which follow-ups are open, on the overview."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.model.component import Use
from certfleet.store.workspace import Workspace
from certfleet.tui.shell.masthead import Masthead
from tests.material import NOW

from ..conftest import Open
from ..driving import shows, text_of, until
from ..sample_deployment import deploy
from ..sample_fleet import add_fleet
from ..sample_inventory import fill


def at(workspace: Workspace, days: int) -> None:
    """Let so many days pass."""
    assert isinstance(workspace.clock, FixedClock)
    workspace.clock.at = NOW + timedelta(days=days)
    workspace.settle()


@pytest.mark.prepared(by=deploy)
async def test_what_is_stopped_is_on_top_with_its_cause(console: Open, workspace: Workspace) -> None:
    at(workspace, 11)

    async with console(size=(140, 45)) as pilot:
        await shows(
            pilot,
            "× Stopped: enrolling and managing iOS and macOS devices, 120 devices, because of "
            "#14 APSP:5c0b9097-d4d7-4…, expired since 2026-01-10 (2 d)",
        )
        await shows(pilot, "sign-on, 200 devices, because of #3 partner…, expired since 2026-01-01 (11 d)")
        assert text_of(pilot).index("120 devices") < text_of(pilot).index("#3 partner"), "what devices feel comes first"


@pytest.mark.prepared(by=deploy)
async def test_at_80x24_what_is_stopped_goes_before_the_latest_changes(console: Open, workspace: Workspace) -> None:
    at(workspace, 11)

    async with console(size=(80, 24)) as pilot:
        await shows(pilot, "× Stopped: enrolling, managing, 120 devices, because of #14 APSP")
        await shows(pilot, "2 follow-ups open: Update the load balancer's cacert.pem")
        await shows(pilot, "6, then t")
        await shows(pilot, "▼ in 16 days: enrolling devices, opening the store, 200 devi")
        text = text_of(pilot)
        assert "Latest changes" not in text
        assert all(
            part in text for part in ("Next to do", "Next 90 days", "Fleet   200 devices", "CA group", "Renewal")
        )
        assert len(text.splitlines()) == 24


async def test_one_cause_has_two_lines_where_it_is_narrow(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    add_fleet(workspace)
    at(workspace, 9)

    async with console(size=(80, 24)) as pilot:
        await shows(pilot, "× Stopped: enrolling and managing iOS and macOS devices, 120 devices")
        await shows(pilot, "because of #10 APSP:0f3a9c52, expired since 2026-01-09 (24 h)")


async def test_what_was_never_there_is_stopped_where_devices_wait_for_it(console: Open, workspace: Workspace) -> None:
    add_fleet(workspace)

    async with console() as pilot:
        await shows(pilot, "× Stopped: enrolling and managing iOS and macOS devices, 120 devices")
        await shows(pilot, "APNs certificate for device management, missing")
        workspace.components.set_use("apns", Use.NOT_USED)
        await until(pilot, lambda: "Stopped" not in text_of(pilot))


async def test_nothing_is_stopped_in_a_new_workspace(console: Open) -> None:
    async with console(size=(80, 24)) as pilot:
        await shows(pilot, "Next to do")
        assert "Stopped" not in text_of(pilot)


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80x24", "140x45"])
async def test_the_timeline_says_what_stops_on_which_day(
    console: Open, workspace: Workspace, size: tuple[int, int]
) -> None:
    fill(workspace)
    workspace.components.bind("gateway-ssl", 5)

    async with console(size=size) as pilot:
        await shows(pilot, "▼ something stops")
        await shows(pilot, "▼ in 8 days: enrolling and managing iOS and macOS devices (#10 APSP:0f3a9c52)")
        await shows(pilot, "▼ in 27 days: enrolling devices, opening the store (#5 gateway.example.com)")
        marks = next(line for line in text_of(pilot).splitlines() if "◆" in line and "▼" in line)
        assert marks.split() == ["▼", "◆", "▼", "●2"], "what stops nothing has the mark of its status"


@pytest.mark.prepared(by=deploy)
async def test_a_replaced_certificate_that_is_still_served_is_on_the_timeline(
    console: Open, workspace: Workspace
) -> None:
    at(workspace, 390)

    async with console(size=(140, 45)) as pilot:
        await shows(pilot, "▼ in 5 days: enrolling devices, check-in, 200 devices (#12 mdm.example.com)")
        for task in workspace.tasks.list(done=False):
            workspace.tasks.done(task.id)
        await until(pilot, lambda: "in 5 days: enrolling" not in text_of(pilot))


@pytest.mark.prepared(by=deploy)
async def test_the_list_says_what_stops_where_there_is_room(console: Open, workspace: Workspace) -> None:

    async with console(size=(140, 45)) as pilot:
        await shows(pilot, "Then stops")
        lines = text_of(pilot).splitlines()
        for name, stops in (
            ("APSP:5c0b9097", "120 devices: enrolling, managing"),
            ("gateway.example.com ", "200 devices: enrolling, store"),
            ("mail.example.com ", "160 devices: Secure Mail"),
        ):
            assert any(name in line and stops in line for line in lines)
    async with console(size=(80, 24)) as pilot:
        await shows(pilot, "Next to do")
        assert "Then stops" not in text_of(pilot)


@pytest.mark.prepared(by=deploy)
async def test_follow_ups_are_counted_and_named_until_they_are_done(console: Open, workspace: Workspace) -> None:

    async with console(size=(140, 45)) as pilot:
        await shows(
            pilot,
            "○ 2 follow-ups open: Update the load balancer's cacert.pem; Send the PFX and its password to support"
            "   6, then t",
        )
        first, second = workspace.tasks.list(done=False)
        workspace.tasks.done(first.id)
        await shows(pilot, "○ 1 follow-up open: Send the PFX and its password to support")
        workspace.tasks.done(second.id)
        await until(pilot, lambda: "follow-up" not in text_of(pilot).split("Latest changes")[0])


@pytest.mark.prepared(by=deploy)
async def test_nothing_overflows_at_80x24_however_much_there_is_to_say(console: Open, workspace: Workspace) -> None:
    at(workspace, 65)

    async with console(size=(80, 24)) as pilot:
        await shows(pilot, " more (6)")
        lines = text_of(pilot).splitlines()
        assert len(lines) == 24
        assert all(len(line) == 80 for line in lines)
        assert lines[-1].startswith(" enter Open")
        assert pilot.app.screen.query_one(Masthead).unread > 0
