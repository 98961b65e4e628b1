"""The simulated outages that a change begins or ends."""

from __future__ import annotations

from ..consequences.simulated_outages import felt_by
from ..model.simulated_outage import SimulatedOutage
from ..persistence.table import DocumentTable
from .effects import OutageEffect
from .rows import WrittenRows


def outage_effects(rows: WrittenRows, devices: DocumentTable) -> tuple[OutageEffect, ...]:
    """Each outage that is added, ends sooner or is deleted, with the devices that feel it."""
    found = []
    for _, before, after in rows.records("simulated_outages", SimulatedOutage):
        outage = after if before is None else before
        assert outage is not None
        felt, pending = felt_by(devices, outage.service)
        found.append(
            OutageEffect(
                service=outage.service,
                since=outage.since,
                until=outage.until,
                added=before is None,
                devices=felt,
                pending=pending,
            )
        )
    return tuple(found)
