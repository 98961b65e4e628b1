"""What depends on a certificate, in its details."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from certfleet.store.model.device import Platform
from certfleet.store.workspace import Workspace

from ..conftest import Open
from ..driving import shows, text_of, until
from ..sample_deployment import GATEWAY, NEW_MDM, OLD_MDM, PUSH, deploy

ISSUING, NOT_USED = 1, 4


async def open_on(pilot: Pilot[None], id: int) -> None:
    pilot.app.open_certificate(id)  # type: ignore[attr-defined]
    await shows(pilot, f"▏ #{id} ")


@pytest.mark.prepared(by=deploy)
async def test_the_summary_says_what_depends_on_it_and_what_stops(console: Open, workspace: Workspace) -> None:

    async with console(size=(140, 45)) as pilot:
        await open_on(pilot, PUSH)
        await shows(pilot, "Depends       APNs certificate for device management")
        await shows(pilot, "Then stops    enrolling and managing iOS and macOS")
        await shows(pilot, "devices, 120 devices")


@pytest.mark.prepared(by=deploy)
async def test_of_a_ca_all_that_it_issued_is_told(console: Open, workspace: Workspace) -> None:

    async with console(size=(140, 45)) as pilot:
        await open_on(pilot, ISSUING)
        await shows(pilot, "and 2 more")
        await pilot.press("right_square_bracket", "right_square_bracket")
        await shows(pilot, "through the chain of #12 mdm.example.com")
        await shows(pilot, "through the chain of #6 mail.example.com")
        await shows(pilot, "iOS, Android, 160 devices")


@pytest.mark.prepared(by=deploy)
async def test_a_replaced_one_is_still_served_until_the_follow_ups_are_done(
    console: Open, workspace: Workspace
) -> None:

    async with console(size=(140, 45)) as pilot:
        await open_on(pilot, OLD_MDM)
        await shows(pilot, "Still served  until the follow-ups are done")
        await shows(pilot, "○ Send the PFX and its password to support")
        await pilot.press("right_square_bracket", "right_square_bracket")
        await shows(pilot, "#13 mdm.example.com has replaced it")
        assert "certfleet task" not in text_of(pilot), "the console has its own way"

        for task in workspace.tasks.list(done=False):
            workspace.tasks.done(task.id)
        await until(pilot, lambda: "Nothing that is known here depends on it" in text_of(pilot))


@pytest.mark.prepared(by=deploy)
async def test_the_new_one_says_what_it_waits_for(console: Open, workspace: Workspace) -> None:

    async with console(size=(140, 45)) as pilot:
        await open_on(pilot, NEW_MDM)
        await shows(pilot, "Waits         #12 mdm.example.com is still served until")


@pytest.mark.prepared(by=deploy)
async def test_a_deployment_is_part_of_it(console: Open, workspace: Workspace) -> None:
    workspace.trust.deploy(ISSUING, platforms=[Platform.IOS], antivirus=True)

    async with console(size=(140, 45)) as pilot:
        await open_on(pilot, ISSUING)
        await shows(pilot, "Deployed      to iOS since 2026-01-01 00:00 UTC, trusted")


@pytest.mark.prepared(by=deploy)
@pytest.mark.parametrize(("id", "told"), [(GATEWAY, "no user can open the store"), (NOT_USED, "6 binds certificates")])
async def test_at_80x24_it_is_a_tab_of_the_details(console: Open, workspace: Workspace, id: int, told: str) -> None:

    async with console(size=(80, 24)) as pilot:
        pilot.app.open_certificate(id)  # type: ignore[attr-defined]
        await until(pilot, lambda: pilot.app.current_mode == "certificates")
        await pilot.pause()
        await pilot.press("enter", "right_square_bracket", "right_square_bracket")
        await shows(pilot, told)
