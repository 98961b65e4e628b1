"""Where each device stands while a scenario lasts, stored with the changes that cause it.

A forecast counts who is out of service by watching one run. A scenario is run by several processes, some of which may
be killed. So the changes of each device's standing are rows, written in the transaction of the window.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from ...store.devices.standing import Standing, standing_of
from ...store.model.device import Device, Platform
from ...store.model.forecast import OutReason
from ...store.workspace import Workspace
from ..engine.windows.batch import WindowBatch
from ..engine.windows.observing import ObservedBatch
from ..forecast.fleet_watch import FleetWatch
from .record import find_progress

STANDINGS = "scenario_standings"
_GONE = "gone"


class StandingLedger:
    """Writes the changes of standings in a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._table = workspace.database.table(STANDINGS)
        self._known: dict[int, Standing] = {}
        for row in _rows(workspace):
            if row[_GONE]:
                self._known.pop(row["device"], None)
            else:
                self._known[row["device"]] = _standing(row)
        self._new: list[dict[str, Any]] = []

    def saw(self, device: Device, at: datetime) -> None:
        """A device as it is now; the next ``write`` stores it."""
        standing = standing_of(device)
        if standing != self._known.get(device.id):
            self._note(device.id, standing, at, min(at, device.state_since))

    def forgot(self, ids: Iterable[int], at: datetime) -> None:
        """Devices have been deleted."""
        for id in ids:
            if (standing := self._known.pop(id, None)) is not None:
                self._new.append(_row(id, standing, at, at, gone=True))

    def write(self, batch: WindowBatch | None = None) -> None:
        """Store what was seen, and what happens in a window. Inside its transaction."""
        if isinstance(batch, ObservedBatch):
            for at, device in sorted(batch.moves, key=lambda move: move[0]):
                standing = standing_of(device)
                if standing != self._known.get(device.id):
                    self._note(device.id, standing, at, at)
        if self._new:
            self._table.insert_multiple(self._new)
            self._new = []

    def _note(self, id: int, standing: Standing, at: datetime, out_since: datetime) -> None:
        self._known[id] = standing
        self._new.append(_row(id, standing, at, out_since))


def ledger_of(workspace: Workspace) -> StandingLedger | None:
    """The ledger of a workspace with a scenario; None without one."""
    return None if find_progress(workspace) is None else StandingLedger(workspace)


def watch_of(workspace: Workspace) -> FleetWatch:
    """What became of the devices since the scenario began, as if a forecast had watched them."""
    watch, now = FleetWatch(), workspace.now()
    for row in _rows(workspace):
        at = datetime.fromtimestamp(row["at"], UTC)
        if row[_GONE]:
            watch.forgot([row["device"]], at)
        else:
            watch.move(row["device"], _standing(row), at, datetime.fromtimestamp(row["out_since"], UTC))
    devices = workspace.devices.records.all()
    for device in devices:
        watch.saw(device, now)
    watch.forgot({id for id, _ in watch.standings.items()} - {device.id for device in devices}, now)
    return watch


def _rows(workspace: Workspace) -> list[Any]:
    return sorted(workspace.database.table(STANDINGS), key=lambda row: int(row.doc_id))


def _row(id: int, standing: Standing, at: datetime, out_since: datetime, *, gone: bool = False) -> dict[str, Any]:
    return {
        "device": id,
        "at": int(at.timestamp()),
        "platform": standing.platform.value,
        "in_service": standing.in_service,
        "out": None if standing.out is None else standing.out.value,
        "group": standing.group,
        "out_since": int(out_since.timestamp()),
        _GONE: gone,
    }


def _standing(row: Any) -> Standing:
    out = row["out"]
    return Standing(Platform(row["platform"]), row["in_service"], None if out is None else OutReason(out), row["group"])
