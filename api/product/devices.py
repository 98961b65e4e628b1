"""Devices: details, and the security actions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from msgspec import Meta, Struct

from ...store.devices.fleet_list.fleet_list import MOST
from ...store.devices.results import SecurityActionResult
from ...store.views.renewal import renewal_notes
from ...store.workspace import Workspace
from ..server.answers import HttpAnswer, answer
from ..server.calls import IN_BODY, Calls
from ..server.session import changes, reads
from ..server.surfaces import PRODUCT
from .action_failure import ActionAnswer, TextActionAnswer, failed
from .device_answers import DeviceRefused, OneDevice, details, requested
from .request_fields import AnyId, Id

calls = Calls(PRODUCT, "/device", tag="devices")

DeviceId = AnyId
Ids = Annotated[list[Id], Meta(min_length=1, max_length=MOST, examples=[[1, 2]]), IN_BODY]


class DevicesDeleted(TextActionAnswer, frozen=True, kw_only=True):
    """The deleted devices, and the ids that no device has."""

    deleted: list[int]
    unknown: list[int]


class ActionTaken(ActionAnswer, frozen=True, kw_only=True):
    """The devices for which an action is pending, and the refused ones with the reason."""

    pending: list[int]
    refused: list[DeviceRefused]


class CertificatesRenewed(TextActionAnswer, frozen=True, kw_only=True):
    """The devices for which Certificate Renewal is pending, and the refused ones with the reason."""

    pending: list[int]
    refused: list[DeviceRefused]
    notes: list[str]


@calls.get("/{id}", reads(OneDevice, 404))
def get_device(workspace: Workspace, id: DeviceId) -> HttpAnswer:
    """Get a device: its identities and properties, its certificates, policies and user."""
    return answer(OneDevice, device=details(workspace, id))


@calls.post("/renewDeviceCert", changes(CertificatesRenewed, "device.renew"))
def renew_certificates(workspace: Workspace, ids: Ids) -> HttpAnswer:
    """Certificate Renewal: each device gets a new certificate at its next check-in, from the CA group that issues.
    Windows devices are refused: their users have to re-enroll them."""
    came_to = workspace.devices.renew(ids)
    return _taken(came_to, "Certificate Renewal", CertificatesRenewed, notes=renewal_notes(came_to.plan))


@calls.post("/refresh", changes(ActionTaken, "device.refresh"))
def refresh_devices(workspace: Workspace, ids: Ids) -> HttpAnswer:
    """Deploy: what is pending goes out at once, to devices that can be reached."""
    return _taken(workspace.devices.refresh(ids), "Deploy")


@calls.post("/revoke", changes(ActionTaken, "device.revoke"))
def revoke_devices(workspace: Workspace, ids: Ids) -> HttpAnswer:
    """Revoke devices: their certificates go on the revocation list, and the server turns them away."""
    return _taken(workspace.devices.revoke(ids), "Revoke")


@calls.delete("", changes(DevicesDeleted, "device.delete"))
def delete_devices(workspace: Workspace, ids: Ids) -> HttpAnswer:
    """Delete devices: their certificates go on the revocation list, and the devices would have to enroll as new
    ones."""
    return _deleted(workspace, ids)


@calls.delete("/{id}", changes(DevicesDeleted, "device.delete", 404))
def delete_device(workspace: Workspace, id: DeviceId) -> HttpAnswer:
    """Delete a device."""
    workspace.devices.get(id)
    return _deleted(workspace, [id])


def _taken(
    came_to: SecurityActionResult, action: str, kind: type[Struct] = ActionTaken, **beside: list[str]
) -> HttpAnswer:
    """What an action came to. Where no device takes part, it has failed as a whole."""
    found = {**requested(came_to), **beside}
    if not found["pending"] and found["refused"]:
        return failed(kind, action, [one["message"] for one in found["refused"]], **found)
    return answer(kind, **found)


def _deleted(workspace: Workspace, ids: Iterable[int]) -> HttpAnswer:
    result = workspace.deletions.delete(ids)
    deleted, unknown = [device.id for device in result.deleted], list(result.unknown)
    found: dict[str, Any] = {"deleted": deleted, "unknown": unknown}
    if not deleted:
        return failed(DevicesDeleted, "Delete", [f"there is no device {id}" for id in unknown], **found)
    return answer(DevicesDeleted, message="Device deleted successfully", **found)
