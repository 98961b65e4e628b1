"""The answers of the device endpoints."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from ...store.devices.presence import last_seen
from ...store.devices.results import SecurityActionResult
from ...store.model.authority import AuthorityRole
from ...store.views.product.device_details import ProductDevice, product_device
from ...store.workspace import Workspace
from ..server.answers import Success
from ..server.problems import as_json


class OneDevice(Success, frozen=True, kw_only=True):
    """A device in full."""

    device: ProductDevice


class DeviceRefused(Struct, frozen=True, kw_only=True):
    """A device for which a security action was refused."""

    id: int
    code: str
    message: str


def details(workspace: Workspace, id: int) -> ProductDevice:
    """A device in full; refuses with ``device-unknown``."""
    with workspace.database.moment():
        device, now = workspace.devices.get(id), workspace.now()
        return product_device(
            device,
            last_seen(device, now, workspace.impact.gate().outages),
            now,
            certificates=workspace.devices.certificates(id),
            issuers={one.group: one.subject for one in workspace.authorities.all() if one.role is AuthorityRole.DEVICE},
            policies=workspace.policies.list(),
        )


def requested(came_to: SecurityActionResult) -> dict[str, Any]:
    """The answer to a security action on many devices."""
    return {
        "pending": [device.id for device in came_to.pending],
        "refused": [
            *({"id": device.id, **as_json(refusal)} for device, refusal in came_to.refused),
            *({"id": id, "code": "device-unknown", "message": f"there is no device {id}"} for id in came_to.unknown),
        ],
    }
