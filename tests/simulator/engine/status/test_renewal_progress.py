"""The progress of a rotation, counted over the devices."""

from __future__ import annotations

from certfleet.simulator.engine.status.renewal_progress import RenewalProgress, renewal_progress
from certfleet.store.devices.counts import count_places
from certfleet.store.model.device import Platform
from certfleet.store.workspace import Workspace

from ...conftest import Draw, renew_all, rotate


def test_a_device_that_is_to_be_told_of_its_revocation_has_no_renewal_pending(fleet: Draw) -> None:
    workspace = fleet(devices=50)
    group = rotate(workspace)
    renew_all(workspace)
    before = progress(workspace, group)
    asked = next(device for device in workspace.devices.all() if device.platform is Platform.IOS)
    laptop = next(device for device in workspace.devices.all() if device.platform is Platform.WINDOWS)

    workspace.devices.revoke([asked.id, laptop.id])

    after = progress(workspace, group)
    assert after.pending[Platform.IOS] == before.pending[Platform.IOS] - 1
    assert after.pending[Platform.WINDOWS] == before.pending[Platform.WINDOWS] == 0
    assert after.waits_for.total() == after.pending.total()
    assert after.out.total() == before.out.total() + 2


def progress(workspace: Workspace, group: str) -> RenewalProgress:
    """Towards a CA group."""
    devices = workspace.database.table("devices")
    return renewal_progress(devices, count_places(devices, by_group=True, by_pending=True), group)
