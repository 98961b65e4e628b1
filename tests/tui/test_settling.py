"""What a test's keys wait for."""

from __future__ import annotations

from threading import Event, Thread

from certfleet.store.workspace import Workspace
from tests.tui.conftest import Open
from tests.tui.devices.test_devices import table_of
from tests.tui.sample_devices import fill


async def test_a_key_waits_for_rows_that_a_busy_workspace_delays(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    held, given = Event(), Event()

    def hold() -> None:
        with workspace.database.lock:
            held.set()
            given.wait(0.6)  # so the page tries again more than once

    async with console() as pilot:
        thread = Thread(target=hold)
        thread.start()
        held.wait()
        await pilot.press("3", "down")
        assert table_of(pilot).record is not None
        thread.join()
