"""The list of devices, its filter, details, and Secure."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from certfleet.store.clock import FixedClock
from certfleet.store.model.audit import Actor
from certfleet.store.model.device import DeviceState
from certfleet.store.model.device_event import EventKind
from certfleet.store.workspace import Workspace
from certfleet.tui.devices.device_row import DeviceRow
from certfleet.tui.devices.device_rows import AT_ONCE, DeviceRows
from certfleet.tui.devices.page import DevicesPage
from certfleet.tui.lists.list_table import ListTable
from certfleet.tui.shell import repaint_throttle
from tests.material import NOW

from ..conftest import Open
from ..driving import paste, shows, text_of, type_text, until
from ..sample_devices import DEVICES, fill


def table_of(pilot: Pilot[None]) -> ListTable[DeviceRow]:
    return pilot.app.screen.query_one("#table", ListTable)


def shown(pilot: Pilot[None]) -> list[int]:
    return sorted(row.id for row in table_of(pilot).rows)


def filter_of(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one("#filter", Input).value


async def test_an_empty_list_leaves_the_room_to_what_says_what_to_do(console: Open, workspace: Workspace) -> None:
    async with console(size=(140, 45)) as pilot:
        await pilot.press("3")
        await shows(pilot, "No device yet. i imports real ones; the simulator (7) draws a fleet.")
        await until(pilot, lambda: not pilot.app.screen.query_one("#details").display)
        fill(workspace)
        await until(pilot, lambda: pilot.app.screen.query_one("#details").display)


async def test_what_needs_somebody_comes_first(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    async with console() as pilot:
        await pilot.press("3")
        await shows(pilot, "× must re-enroll")

        lines = text_of(pilot).splitlines()
        assert ["must re-enroll" in line for line in lines].index(True) < [
            "◆ re-enrollment" in line for line in lines
        ].index(True)
        assert table_of(pilot).rows[0].device.state is DeviceState.MUST_RE_ENROLL


async def test_words_and_fields_narrow_the_list_and_escape_brings_all_back(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    windows = [n for n, device in enumerate(DEVICES, 1) if device[0] == "windows"]
    async with console() as pilot:
        await pilot.press("3", "slash")
        await type_text(pilot, "platform:win")
        await shows(pilot, f"{len(windows)} of {len(DEVICES)}")
        assert shown(pilot) == windows

        await paste(pilot, " state:must-re-enroll")
        await shows(pilot, f"1 of {len(DEVICES)}")
        await pilot.press("escape")
        await until(pilot, lambda: len(shown(pilot)) == len(DEVICES))


async def test_a_term_that_is_not_understood_is_explained(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    async with console() as pilot:
        await pilot.press("3", "slash")
        await paste(pilot, "seen:3")
        await shows(pilot, "seen: takes an age")
        assert len(shown(pilot)) == len(DEVICES)


async def test_the_pane_writes_terms_into_the_filter_line(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    async with console(size=(140, 45)) as pilot:
        await pilot.press("3", "slash")
        await paste(pilot, "18")
        await pilot.press("enter", "F")
        await shows(pilot, "Device Certificate Issuer CA")
        await pilot.press("space", "down", "enter")
        await until(pilot, lambda: filter_of(pilot) == "18 platform:ios,macos")
        await shows(pilot, "[x] macOS")

        await pilot.press("space")
        await until(pilot, lambda: filter_of(pilot) == "18 platform:ios")
        await pilot.press("escape")
        await until(pilot, lambda: "Device Certificate Issuer CA" not in text_of(pilot))
        assert table_of(pilot).has_focus


async def test_the_pane_lies_over_a_narrow_list(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    async with console(size=(80, 24)) as pilot:
        await pilot.press("3", "F")
        await shows(pilot, "[ ] re-enrollment required")
        await pilot.press("end")
        await shows(pilot, "more than 4 weeks ago")
        await pilot.press("space")
        await until(pilot, lambda: filter_of(pilot) == "seen:never")
        await pilot.press("up", "space")
        await until(pilot, lambda: filter_of(pilot) == "seen:>4w")
        await pilot.press("F")
        await shows(pilot, "2 of 12")


async def test_sorting_is_on_o_since_s_is_secure(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    async with console() as pilot:
        await pilot.press("3", "o")
        assert table_of(pilot).sort == "days"
        await pilot.press("O")
        assert table_of(pilot).reverse

        await pilot.press("s")
        await shows(pilot, "Secure:")


async def test_details_beside_the_list(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    async with console(size=(140, 45)) as pilot:
        await pilot.press("3", "slash")
        await paste(pilot, "id:2")
        await pilot.press("enter")
        await shows(pilot, "▏ #2 ")  # others wait, too
        await shows(pilot, "waits for the")
        device = workspace.devices.get(2)
        text = text_of(pilot)
        for value in (device.serial_number, device.imei, device.udid, device.upn, "next in 2 h or later"):
            assert value is not None
            assert value in text

        await pilot.press("right_square_bracket")
        await shows(pilot, "Installed on the device")
        await shows(pilot, workspace.devices.certificates(2)[0].serial_number)
        await pilot.press("right_square_bracket")
        await shows(pilot, "it said not now")


async def test_details_on_a_page_of_their_own_where_it_is_narrow(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    async with console(size=(80, 24)) as pilot:
        await pilot.press("3")
        first = table_of(pilot).rows[0]
        await pilot.press("enter")
        await shows(pilot, "Summary")
        assert first.device.serial_number in text_of(pilot)
        await pilot.press("s")
        await shows(pilot, "Secure: ")
        await pilot.press("escape", "escape")
        await until(pilot, lambda: "Summary" not in text_of(pilot))


async def test_renewing_a_selection_tells_what_will_be_and_what_came_of_it(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    workspace.authorities.refresh(ready_after=timedelta(0))
    async with console(size=(100, 40)) as pilot:
        await pilot.press("3", "ctrl+a")
        await shows(pilot, "12 selected")
        await pilot.press("s")
        await shows(pilot, "2 devices run Windows")
        await shows(pilot, "1 device is not enrolled")
        assert workspace.devices.get(1).renewal is None

        await pilot.press("enter")
        await shows(pilot, "Certificate Renewal: done")
        await shows(pilot, "6 devices refused")
        await shows(pilot, "windows-must-re-enroll")
        assert workspace.devices.get(1).renewal is not None
        assert workspace.devices.get(9).state is DeviceState.RE_ENROLLMENT_REQUIRED

        await pilot.press("escape")
        await until(pilot, lambda: "selected" not in text_of(pilot))
        await until(pilot, lambda: text_of(pilot).count("renew: check-in") == 4)


async def test_one_device_under_the_cursor_is_renewed(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    async with console() as pilot:
        await pilot.press("3", "slash")
        await paste(pilot, "id:1")
        await pilot.press("enter", "s")
        await shows(pilot, f"Secure: {workspace.devices.get(1).name}")
        await until(pilot, lambda: not pilot.app.screen.query_one("#confirm").disabled and "to renew" in text_of(pilot))
        await pilot.press("enter")
        await shows(pilot, "Certificate Renewal: done")

    assert [device.id for device in workspace.devices.all() if device.renewal] == [1, 2, 3, 5]


async def test_devices_that_a_filter_hides_are_named_before_anything_is_done(
    console: Open, workspace: Workspace
) -> None:
    fill(workspace)
    async with console() as pilot:
        await pilot.press("3", "ctrl+a", "slash")
        await paste(pilot, "platform:ios")
        await pilot.press("enter", "s")
        await shows(pilot, "8 selected devices not shown by the filter")


async def test_revoking_asks_and_says_what_it_does(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    async with console() as pilot:
        await pilot.press("3", "slash")
        await paste(pilot, "id:1")
        await pilot.press("enter", "s", "down")
        await shows(pilot, "to revoke")
        await pilot.press("enter")
        await shows(pilot, "STRANDS: 1 device (1 iOS)")
        await shows(pilot, "Undo: not possible: 1 device must be enrolled again by its user")
        await pilot.press("enter")  # the button that leaves has the focus
        await until(pilot, lambda: "STRANDS" not in text_of(pilot))
        assert workspace.devices.get(1).state is DeviceState.ENROLLED

        await pilot.press("s", "down", "enter")
        await shows(pilot, "STRANDS: 1 device (1 iOS)")
        assert workspace.devices.get(1).state is DeviceState.ENROLLED
        await pilot.press("y")
        await shows(pilot, "Revoke: done")

    assert workspace.devices.get(1).state is DeviceState.REVOKED
    assert workspace.devices.timeline(1)[-1].kind is EventKind.REVOKED


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[tuple[Workspace, Workspace]]:
    """The same workspace with a fleet, as alice's console and as bob's command line have it."""
    path = tmp_path / "shared"
    with (
        Workspace.open(path, actor=Actor("alice"), clock=FixedClock(NOW)) as alice,
        Workspace.open(path, actor=Actor("bob"), clock=FixedClock(NOW)) as bob,
    ):
        fill(alice)
        yield alice, bob


async def test_what_another_process_does_appears_by_itself(console: Open, shared: tuple[Workspace, Workspace]) -> None:
    alice, bob = shared
    async with console(alice) as pilot:
        await pilot.press("3", "down", "down")
        at = table_of(pilot).record
        assert at is not None
        bob.devices.renew([1, 11])
        await until(pilot, lambda: text_of(pilot).count("renew: check-in") == 3)

        record = table_of(pilot).record
        assert record is not None
        assert record.id == at.id


async def test_time_passes_in_what_is_shown_and_in_what_the_filter_lets_through(console: Open) -> None:
    clock = FixedClock(NOW)
    with Workspace.open(None, clock=clock) as workspace:
        fill(workspace)
        async with console(workspace, size=(140, 30)) as pilot:
            await pilot.press("3", "slash")
            await paste(pilot, "status:expiring")
            await pilot.press("enter")
            await until(pilot, lambda: sorted(shown(pilot)) == [2, 3, 4])
            clock.at += timedelta(days=10)
            await until(pilot, lambda: sorted(shown(pilot)) == [2, 4])
            await shows(pilot, "9 days left")


async def test_a_simulated_device_checks_in_by_itself(console: Open) -> None:
    clock = FixedClock(NOW)
    with Workspace.open(None, clock=clock) as workspace:
        fill(workspace, 1, simulated=True)
        async with console(workspace, size=(140, 30)) as pilot:
            await pilot.press("3")
            await shows(pilot, "1 h ago")
            clock.at += timedelta(days=30)
            await until(pilot, lambda: "30 d ago" not in text_of(pilot) and "182 days left" in text_of(pilot))
            assert "no device" not in text_of(pilot)


async def test_the_palette_finds_devices_by_any_identity(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    device = workspace.devices.get(7)
    async with console() as pilot:
        await pilot.press("ctrl+p")
        await paste(pilot, device.serial_number.lower())
        await shows(pilot, device.model_name)
        await pilot.press("down", "enter")
        await until(
            pilot, lambda: bool(pilot.app.screen.query("#table")) and (table_of(pilot).record or device).id == 7
        )


async def test_a_fleet_that_is_too_large_to_be_there_at_once_comes_in_behind(
    console: Open, workspace: Workspace
) -> None:
    count = AT_ONCE + 1234
    fill(workspace, count)
    async with console() as pilot:
        await pilot.press("3")
        assert len(table_of(pilot).rows) > 0
        await shows(pilot, f"{count:,}")
        await until(pilot, lambda: len(table_of(pilot).rows) == count)


def test_the_register_counts_what_it_has_read(workspace: Workspace) -> None:
    fill(workspace, 30)
    register = DeviceRows(workspace)
    assert register.loaded
    assert register.counts() == workspace.devices.counts()

    workspace.devices.renew(range(1, 31))
    changes = workspace.poll()
    assert changes is not None
    register.take(changes.tables["devices"])
    register.read()

    assert register.counts() == workspace.devices.counts()
    assert register.rows[1].device == workspace.devices.get(1)


def test_the_register_hands_each_change_to_whoever_follows(workspace: Workspace) -> None:
    fill(workspace, 5)
    register = DeviceRows(workspace)
    inbox = register.inbox()
    register.take([2, 4, 99])
    register.read()

    assert inbox == {2, 4, 99}
    assert 99 not in register.rows


async def test_rows_come_soon_after_something_short_has_held_the_workspace(
    console: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repaint_throttle, "AGAIN", 3600.0)  # a try so late would never be seen here
    fill(workspace)
    held, released = threading.Event(), threading.Event()

    def hold() -> None:
        with workspace.database.lock:
            held.set()
            released.wait()

    async with console(size=(80, 24)) as pilot:
        thread = threading.Thread(target=hold)
        thread.start()
        held.wait()
        try:
            pilot.app.simulate_key("3")
            while not (isinstance(pilot.app.screen, DevicesPage) and pilot.app.screen.is_mounted):
                await asyncio.sleep(0.01)  # what pauses otherwise would wait for the rows
            assert not table_of(pilot).rows
        finally:
            released.set()
            thread.join()
        await until(pilot, lambda: len(table_of(pilot).rows) > 0)
