"""What has to be started first, on the overview."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certfleet.store.model.start_by import LastStart, StartBy
from certfleet.store.start_by.start_by import basis_of
from certfleet.store.workspace import Workspace

from ..conftest import Open
from ..driving import shows
from ..sample_deployment import deploy


@pytest.mark.prepared(by=deploy)
async def test_the_first_last_day_is_a_line(console: Open, workspace: Workspace) -> None:
    now, group = workspace.now(), workspace.authorities.groups()[-1]
    start = LastStart(
        record=f"authority-group:{group.id}",
        need="device-ca",
        title="device certificates",
        end=now + timedelta(days=90),
        last_day=now.date() + timedelta(days=10),
        latest=now.date() + timedelta(days=10),
        days=41,
        devices=200,
    )
    basis = basis_of(workspace.impact.landscape())
    count = sum(workspace.impact.platforms().values())
    workspace.start_by.keep(
        StartBy(computed_at=now, share=0.99, seeds=1, devices=count, drawn_habits=0, basis=basis, starts=(start,))
    )
    said = f"device certificates: start by {start.last_day}: this fleet needs 41 days"
    async with console(size=(140, 45)) as pilot:
        await shows(pilot, said)
        await shows(pilot, "Start  ")
    workspace.site.set(start_by_share=0.9)
    async with console(size=(140, 45)) as pilot:
        await shows(pilot, f"{said} (old: certificates")
