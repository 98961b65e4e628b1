"""What stops next on the overview, how to prevent it, and the open follow-ups."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.pilot import Pilot

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


async def says(pilot: Pilot[None], text: str) -> None:
    """Wait until a sentence is there, on however many lines."""
    await until(pilot, lambda: text in " ".join(text_of(pilot).split()))


@pytest.mark.prepared(by=deploy)
async def test_what_is_stopped_is_on_top_with_its_cause(console: Open, workspace: Workspace) -> None:
    at(workspace, 11)

    async with console(size=(140, 45)) as pilot:
        await says(pilot, "What stops next 2 now, 4 until 2026-04-12")
        await says(
            pilot, "Stopped: enrolling and managing iOS and macOS devices, 120 devices, because of #14 com.apple.mgmt"
        )
        await says(pilot, "expired since 2026-01-10 (2 d)")
        await pilot.press("down")
        await says(
            pilot, "sign-on, 200 devices, because of #3 partner-idp.example.com, expired since 2026-01-01 (11 d)"
        )
        lines = [line for line in text_of(pilot).splitlines() if " stopped " in line or " days " in line]
        assert "#14 com.apple" in lines[0], "what devices feel comes first"
        assert [line.split()[2] for line in lines[2:6]] == ["8", "16", "50", "51"], "then the soonest"


@pytest.mark.prepared(by=deploy)
async def test_at_80x24_the_list_says_when_what_and_what_prevents_it(console: Open, workspace: Workspace) -> None:
    at(workspace, 11)

    async with console(size=(80, 24)) as pilot:
        await shows(pilot, "× 2026-01-10  stopped  enrolling, managing iOS,…      120  renew push cert.")
        await shows(pilot, "◆ 2026-01-28  16 days  enrolling, store               200  replace #5")
        await shows(pilot, "2 follow-ups open: Update the load balancer's cacert.pem")
        await shows(pilot, "r ends it: renew the push certificate in Apple's portal, as the Apple ID that")
        text = text_of(pilot)
        assert all(part in text for part in ("Fleet   200 devices", "CA group", "Renewal"))
        assert len(text.splitlines()) == 24


async def test_what_was_never_there_is_stopped_where_devices_wait_for_it(console: Open, workspace: Workspace) -> None:
    add_fleet(workspace)

    async with console() as pilot:
        await shows(pilot, "× missing")
        await says(pilot, "Stopped: enrolling and managing iOS and macOS devices, 120 devices")
        await says(pilot, "APNs certificate for device management, missing")
        workspace.components.set_use("apns", Use.NOT_USED)
        await until(pilot, lambda: "Stopped" not in text_of(pilot))


async def test_a_new_workspace_says_four_ways_to_begin(console: Open) -> None:
    async with console(size=(80, 24)) as pilot:
        await shows(pilot, "What stops next   nothing is here yet: four ways to begin")
        for way in ("import certificate", "read endpoints", "import an inven", "try the demo"):
            assert way in text_of(pilot)
        assert "Stopped" not in text_of(pilot)
        await pilot.press("r")
        await shows(pilot, "Import a certificate or keystore")
        await pilot.press("escape")
        await pilot.press("enter")
        await shows(pilot, "Import a certificate or keystore")
        await pilot.press("escape", "down", "down", "enter")
        await shows(pilot, "The export (CSV)")
        await pilot.press("escape", "down", "enter")
        await shows(pilot, "Make the demo")


async def test_nothing_stops_up_to_a_date(console: Open, workspace: Workspace) -> None:
    add_fleet(workspace)
    workspace.components.set_use("apns", Use.NOT_USED)

    async with console(size=(80, 24)) as pilot:
        await shows(pilot, "What stops next   nothing until 2026-04-01")
        await shows(pilot, "Nothing stops before 2026-04-01, as far as is known here.")


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80x24", "140x45"])
async def test_what_stops_on_which_day(console: Open, workspace: Workspace, size: tuple[int, int]) -> None:
    fill(workspace)
    workspace.components.bind("gateway-ssl", 5)

    async with console(size=size) as pilot:
        await shows(pilot, "▼ something stops")
        await shows(pilot, "2026-01-09 00:00 UTC: #10 Device management push")
        await says(pilot, "ends, and with it enrolling and managing iOS and macOS devices")
        marks = next(line for line in text_of(pilot).splitlines() if set(line.split()) == {"▼", "◆", "●2"})
        assert marks.split() == ["▼", "◆", "▼", "●2"], "what stops nothing has the mark of its status"


@pytest.mark.prepared(by=deploy)
async def test_a_replaced_certificate_that_is_still_served_is_prevented_by_its_task(
    console: Open, workspace: Workspace
) -> None:
    at(workspace, 390)

    async with console(size=(140, 45)) as pilot:
        await shows(pilot, "#12 mdm.example.com")
        line = next(line for line in text_of(pilot).splitlines() if "#12 mdm.example.com" in line)
        assert "5 days" in line
        assert "do task" in line
        for task in workspace.tasks.list(done=False):
            workspace.tasks.done(task.id)
        await until(pilot, lambda: "do task" not in text_of(pilot))


@pytest.mark.prepared(by=deploy)
async def test_follow_ups_are_counted_and_named_until_they_are_done(console: Open, workspace: Workspace) -> None:

    async with console(size=(140, 45)) as pilot:
        await shows(
            pilot,
            "○ 2 follow-ups open: Update the load balancer's cacert.pem; Send the PFX and its password to support",
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
        await shows(pilot, "What stops next   5 now")
        lines = text_of(pilot).splitlines()
        assert len(lines) == 24
        assert all(len(line) == 80 for line in lines)
        assert lines[-1].startswith(" r Prevent it  enter Open")
        assert pilot.app.screen.query_one(Masthead).unread > 0


@pytest.mark.parametrize("another", [False, True], ids=["the-last", "another-takes-over"])
async def test_the_end_of_a_device_ca_is_on_the_timeline(console: Open, workspace: Workspace, *, another: bool) -> None:
    add_fleet(workspace, 5)
    workspace.components.set_use("apns", Use.NOT_USED)
    first, *_, last = sorted(one.not_after for one in workspace.impact.landscape().device_cas)
    assert isinstance(workspace.clock, FixedClock)
    workspace.clock.at = (first if another else last) - timedelta(days=20)
    workspace.settle()

    async with console(size=(140, 45)) as pilot:
        if another:
            await shows(pilot, "20 d  device CA of default")
            await until(pilot, lambda: "new CA group" not in text_of(pilot))
        else:
            await shows(pilot, "the device CA")
            await shows(pilot, "new CA group")
            await says(pilot, "the device CA ends, and with it enrolling devices, renewing device certificates")
            await shows(pilot, "▼ something stops")
