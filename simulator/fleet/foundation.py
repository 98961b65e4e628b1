"""Prerequisites of a simulated fleet: Apple devices need a push certificate, and every device the server's chain."""

from __future__ import annotations

from ...store.devices.push import APPLE
from ...store.model.component import Use
from ...store.model.device import Platform
from ...store.workspace import Workspace


def provide_push(workspace: Workspace, domain: str, mix: dict[Platform, int]) -> None:
    """Get a push certificate from the simulated portal if Apple devices will enroll and none is bound.

    Does nothing in a deployment that is set to use none.
    """
    known = workspace.components.find("apns")
    provided = known is not None and (known.certificate_id is not None or known.use is Use.NOT_USED)
    if not provided and any(mix.get(platform, 0) > 0 for platform in APPLE):
        workspace.apns.renew(f"mobile@{domain}")


def let_devices_trust(workspace: Workspace, up_to_device: int) -> None:
    """Mark the served chains as trusted by the devices up to this id, which enrolled over them. Inside a
    transaction."""
    gate = workspace.impact.gate()
    for chain in (*gate.to_enroll, *gate.to_check_in):
        if not chain.everywhere:
            workspace.trust.assume(chain.ids[-1], up_to_device)
