"""The fleet on the overview."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from certfleet.store.clock import FixedClock
from certfleet.store.devices.device_tables import Batch
from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from certfleet.tui.devices.device_rows import AT_ONCE
from certfleet.tui.overview.page import OverviewPage
from tests.material import NOW

from ..conftest import Open
from ..driving import shows, text_of, until
from ..sample_fleet import add_fleet


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80x24", "140x45"])
async def test_states_platforms_groups_and_renewals_are_counted(
    console: Open, workspace: Workspace, size: tuple[int, int]
) -> None:
    add_fleet(workspace)

    async with console(size=size) as pilot:
        await shows(pilot, "Fleet   200 devices")
        await shows(pilot, "● 180 enrolled  ◆ 15 re-enrollment required")
        await shows(pilot, "× 5 must re-enroll")
        await shows(pilot, "█ group-2 108  ▒ default 92")
        await shows(pilot, "check-in 23, not now 13, error 13, answer 14, first use 9")
        await shows(pilot, "CA group group-2 is ready")
        assert "Latest changes" in text_of(pilot)


async def test_a_tall_terminal_shows_each_platform_and_who_must_re_enroll(console: Open, workspace: Workspace) -> None:
    add_fleet(workspace)

    async with console(size=(140, 45)) as pilot:
        await shows(pilot, "◆ 15 re-enrollment required (works for now)  × 5 must re-enroll (not managed until then)")
        await shows(pilot, "◆ 20 to re-enroll")
        await shows(pilot, "Latitude 5440 5XK2000008, Latitude 5440 5XK2000048, Latitude 5440 5XK2000088, and 2 more")


async def test_without_devices_there_is_no_fleet(console: Open) -> None:
    async with console() as pilot:
        assert "Fleet" not in text_of(pilot)


async def test_what_another_session_changes_is_followed(console: Open) -> None:
    with Workspace.open(None, actor=Actor("alice"), clock=FixedClock(NOW)) as workspace:
        async with console(workspace, size=(110, 24)) as pilot:
            assert "Fleet" not in text_of(pilot)
            add_fleet(workspace, 50)
            await shows(pilot, "Fleet   50 devices")
            workspace.devices.revoke([1])
            await shows(pilot, "1 revoked")


async def test_a_large_fleet_is_counted_behind_the_first_picture(console: Open, workspace: Workspace) -> None:
    add_fleet(workspace, AT_ONCE + 500)
    end, batch = NOW + timedelta(days=30), Batch()
    for id in range(AT_ONCE + 100, AT_ONCE + 400):
        known = workspace.devices.get(id)
        held = tuple(replace(one, not_after=end) for one in known.certificates)
        batch.devices[id] = replace(known, certificates=held, not_after=end, pending=())
    with workspace.database.transaction():
        workspace.devices.records.write(batch)
    expected = sum(one.devices for one in workspace.impact.device_ends(end))
    assert expected

    async with console(size=(140, 45)) as pilot:
        page = pilot.app.screen
        assert isinstance(page, OverviewPage)
        await until(pilot, lambda: [line.devices for line in page.table.rows if line.stop and line.stop.ends])
        ends = [one for one in page.table.rows if one.stop is not None and one.stop.ends]
        assert sum(line.devices for line in ends) == expected
        await until(pilot, lambda: "reading devices" not in text_of(pilot))
