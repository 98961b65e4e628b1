"""A fleet that waits for its server: no device is enrolled yet. Their owners enroll them once it is possible."""

from __future__ import annotations

from msgspec.structs import replace

from ...store.devices.device_tables import Batch
from ...store.devices.enrollment import blocked_enrollment, enrollment_refused
from ...store.model.component import Use
from ...store.workspace import Workspace
from ..engine.behaviour.first_enrollment import NO_GROUP
from ..engine.state.simulation_record import put_simulation
from .drawing import Drawing
from .fleet import FleetPlan, begin_drawing, choose_what_fails


def draw_waiting(workspace: Workspace, plan: FleetPlan) -> None:
    """Generate the devices of a plan without enrolling one. No push certificate is bound for them.

    Refuses as ``draw_fleet`` does.
    """
    with workspace.moments.none_kept(), workspace.database.transaction():
        workspace.components.set_use("apns", Use.NOT_USED)  # so that none is provided
        record = begin_drawing(workspace, plan)
        workspace.components.set_use("apns", Use.AS_NEEDED)
        gate, now, batch = workspace.impact.gate(), workspace.now(), Batch()
        for newcomer in Drawing.of(workspace, record).newcomers(0, record.devices):
            device = replace(newcomer.device, state_since=now, enrolling_refused=NO_GROUP.code)
            blocked = blocked_enrollment(device, gate)
            if blocked is None:
                batch.devices[device.id] = device
            else:
                batch.take(enrollment_refused(device, blocked.code, now), now)
        workspace.devices.records.write(batch)
        put_simulation(workspace, replace(record, drawn=record.devices))
        choose_what_fails(workspace, record)
