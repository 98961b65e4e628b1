"""Whether a window that has been played has to be played again, because somebody else has committed meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from ....store.consequences.landscape_reader import TABLES
from ....store.model.device import Device
from ....store.persistence.database import Changes
from ....store.policies.deployment import TABLES as POLICY_TABLES
from ....store.workspace import Workspace
from ..behaviour.failing import failures_of
from ..behaviour.next_step import Next
from .play import PlayStage


def is_spoiled(
    workspace: Workspace,
    stage: PlayStage,
    changes: Changes,
    due: set[int],
    until: int,
    next_of: Callable[[Device], Next | None],
) -> bool:
    """Whether another process's commit affects a window up to a time. ``due`` are the devices that it concerns;
    ``next_of`` tells the next event of a device."""
    if changes.touches(*TABLES, "policies", "campaigns", "deleted_devices") or (
        stage.met_policies and changes.touches(*POLICY_TABLES)
    ):
        return True
    if changes.touches("simulation") and failures_of(workspace) != stage.failing.failures:
        return True
    records = workspace.devices.records
    if records.next_certificate_id() != stage.first_id:  # the window's new ids are taken
        return True
    for id in changes.tables.get("devices", set()):
        device = records.find_id(id)
        step = None if device is None else next_of(device)
        if id in due or (step is not None and step.at <= until):
            return True
    return False
