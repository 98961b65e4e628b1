"""What a device trusts, and why it can't enroll or reach the server: for its details."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..store.devices.checkin import unreachable
from ..store.devices.enrollment import blocked_enrollment
from ..store.devices.gate import Gate
from ..store.devices.trust import has_installed
from ..store.model.device import Device
from ..store.words import moment
from ..store.workspace import Workspace


class Installed(NamedTuple):
    """A CA certificate that is on a device. ``antivirus`` says whether the antivirus there trusts it, None where there
    is none."""

    certificate_id: int
    name: str
    how: str
    antivirus: bool | None

    @property
    def sentence(self) -> str:
        """``#3 Example Root CA, deployed, the antivirus trusts it``."""
        trusting = {None: "", True: ", the antivirus trusts it", False: ", but the antivirus does not trust it"}
        return f"#{self.certificate_id} {self.name}, {self.how}{trusting[self.antivirus]}"

    def as_json(self) -> dict[str, Any]:
        """As programs get it."""
        return self._asdict()


def installed_on(workspace: Workspace, device: Device, gate: Gate) -> list[Installed]:
    """The CA certificates that are on a device, by id."""
    found, now = [], workspace.now()
    for id in sorted({*gate.anchors, *device.anchors}):
        if not has_installed(device, id, gate.anchors, gate.outages, now):
            continue
        anchor, entry = gate.anchors.get(id), workspace.database.table("certificates").get(doc_id=id)
        if id in device.anchors:
            how = "installed by hand"
        elif anchor is not None and anchor.preinstalled:
            how = "comes with it"
        elif anchor is not None and anchor.deployed_at is not None:
            how = "deployed"
        else:
            how = "there since it enrolled"
        name = "deleted from the inventory" if entry is None else workspace.inventory.get(id).name
        trusted = id in device.antivirus_anchors or (anchor is not None and anchor.antivirus_at is not None)
        found.append(Installed(id, name, how, trusted if device.antivirus else None))
    return found


def why_refused(device: Device, gate: Gate) -> str:
    """Why it can't enroll or reach the server, as of its last attempt."""
    refused = device.refused
    if refused is None:
        return "nothing"
    blocked = unreachable(device, gate) if refused.at_check_in else blocked_enrollment(device, gate)
    what = "its check-in" if refused.at_check_in else "enrolling it"
    said = f": {blocked.message}" if blocked is not None and blocked.code == refused.code else ""
    return f"{what}, on {moment(refused.at)}: {refused.code}{said}"
