"""Changing the record of a device, and deploying what is pending at once, from the list."""

from __future__ import annotations

from certfleet.store.workspace import Workspace

from ..conftest import Open
from ..driving import paste, shows, until
from ..sample_devices import fill


async def test_a_device_gets_another_owner(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    before = workspace.devices.get(2)
    async with console(size=(80, 24)) as pilot:
        await pilot.press("3")
        await shows(pilot, "× must re-enroll")
        await pilot.press("slash")
        await paste(pilot, "id:2")
        await pilot.press("enter", "d")
        await shows(pilot, "Change #2 ")
        await until(pilot, lambda: pilot.app.focused is not None and pilot.app.focused.id == "owner")
        pilot.app.screen.query_one("#owner").value = "Ben Miller"  # type: ignore[attr-defined]
        pilot.app.screen.query_one("#serial-number").value = "newboard1"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await shows(pilot, "NEWBOARD1 changed.")
    after = workspace.devices.get(2)
    assert (after.owner, after.serial_number) == ("Ben Miller", "NEWBOARD1")
    assert (after.upn, after.formerly) == (before.upn, (before.known_by,))


async def test_what_is_pending_is_deployed_at_once(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    (device,) = [one for one in workspace.devices.all() if one.pending and one.state.is_admitted][:1]
    async with console(size=(80, 24)) as pilot:
        await pilot.press("3")
        await shows(pilot, "× must re-enroll")
        await pilot.press("slash")
        await paste(pilot, f"id:{device.id}")
        await pilot.press("enter", "s")
        await shows(pilot, "Deploy now")
        await pilot.press("down", "down", "space")
        await shows(pilot, "to deploy")
        await pilot.press("tab", "enter")
        await shows(pilot, "Deploying what is pending")
    assert workspace.audit.tail(1)[0].action == "device.refresh"
