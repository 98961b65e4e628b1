"""What has changed in a simulated fleet since its start, and who waits to enroll."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from ....store.devices.device_choice import in_states
from ....store.model.device import Device, DeviceState
from ....store.views.simulation import ArrivalsDocument
from ....store.workspace import Workspace
from ..state.simulation_record import simulation_of, turnover_of


class WaitingDevice(Struct, frozen=True):
    """The fields of a device that say whether it waits to enroll."""

    id: int
    state: DeviceState
    state_since: datetime
    enrolling_refused: str | None = None


def arrivals_of(workspace: Workspace) -> ArrivalsDocument | None:
    """The document; None for a fleet that stays as it was drawn."""
    record = simulation_of(workspace)
    if record is None or not record.churn:
        return None
    turnover, now = turnover_of(workspace), workspace.now()
    fleet = workspace.database.table("devices")
    since = waiting_since(fleet.each(WaitingDevice, fleet.ids_where(in_states([DeviceState.NOT_ENROLLED]))))
    deleted = workspace.deletions.all()
    return ArrivalsDocument(
        churn=record.churn,
        arrived=turnover.arrived,
        joined=turnover.joined,
        replaced=turnover.replaced,
        handed_on=turnover.handed_on,
        stale=turnover.replaced - sum(device.replaced for device in deleted),
        deleted=len(deleted),
        returned=turnover.returned,
        waiting=len(since),
        waiting_since=min(since, default=None),
        days_lost=sum((now - at).days for at in since),
    )


def waiting_since(devices: Iterable[WaitingDevice | Device]) -> list[datetime]:
    """Since when each device that could not enroll has been waiting."""
    return [
        device.state_since
        for device in devices
        if device.state is DeviceState.NOT_ENROLLED and device.enrolling_refused is not None
    ]
