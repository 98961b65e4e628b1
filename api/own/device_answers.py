"""The answers of the device calls."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from ...store.devices.results import Enrollment, SecurityActionResult, Visit
from ...store.errors import Refusal
from ...store.model.device import Device, PendingAction
from ...store.model.device_event import DeviceEvent
from ...store.views.device import (
    DeviceCertificateDocument,
    DeviceDocument,
    InstalledPolicyDocument,
    device_certificate_document,
    device_document,
    installed_policy_document,
)
from ...store.views.policy import PolicyOnDeviceDocument, on_device_document
from ...store.views.renewal import RenewalPlanDocument
from ...store.workspace import Workspace
from ..server.answers import DoneAnswer
from ..server.problems import RefusedItem, refused_item

EVENTS = 100  # the latest of a device that its details have


class DeviceTold(DoneAnswer, frozen=True, kw_only=True):
    """A device with its certificates, its policies, and what happened to it."""

    device: DeviceDocument
    certificates: list[DeviceCertificateDocument]
    policies: list[PolicyOnDeviceDocument]
    timeline: list[DeviceEvent]


class ActionTold(DoneAnswer, frozen=True, kw_only=True):
    """The devices for which an action is pending, and the refused ones with the reason."""

    pending: list[int]
    refused: list[RefusedItem]


class RenewalTold(ActionTold, frozen=True, kw_only=True):
    """The result of a renewal; ``plan`` counts the devices by platform as they were before it."""

    plan: RenewalPlanDocument


class Enrolled(DoneAnswer, frozen=True, kw_only=True):
    """The device's new certificate; ``pem`` has the certificate with its chain, the root last."""

    device: DeviceDocument
    certificate: DeviceCertificateDocument
    pem: str


class CheckedIn(DoneAnswer, frozen=True, kw_only=True):
    """An accepted check-in: what the device received, what is pending, and its new certificate after a renewal."""

    device: DeviceDocument
    installed_policies: list[InstalledPolicyDocument]
    removed_policies: list[InstalledPolicyDocument]
    renewal: PendingAction | None
    certificate: DeviceCertificateDocument | None
    pem: str | None


def device_told(workspace: Workspace, id: int) -> dict[str, Any]:
    """A device in full; refuses with ``device-unknown``."""
    with workspace.database.moment():
        device = workspace.devices.get(id)
        now, rules = workspace.now(), workspace.expiry()
        certificates = workspace.devices.certificates(id)
        installed = workspace.policies.on_device(device)
        timeline = workspace.devices.timeline(id)[-EVENTS:]
    return {
        "device": document_of(workspace, device),
        "certificates": [device_certificate_document(certificate, now, rules) for certificate in certificates],
        "policies": [on_device_document(one, now, rules) for one in installed],
        "timeline": timeline,
    }


def action_told(came_to: SecurityActionResult) -> dict[str, Any]:
    """The answer to a security action on many devices."""
    unknown = ((id, Refusal("device-unknown", f"there is no device {id}")) for id in came_to.unknown)
    refused = ((device.id, refusal) for device, refusal in came_to.refused)
    return {
        "pending": [device.id for device in came_to.pending],
        "refused": [refused_item(id, refusal) for id, refusal in (*refused, *unknown)],
    }


def enrolled(workspace: Workspace, enrollment: Enrollment) -> dict[str, Any]:
    """The answer to an enrollment."""
    return {
        "device": document_of(workspace, enrollment.device),
        "certificate": device_certificate_document(enrollment.certificate, workspace.now(), workspace.expiry()),
        "pem": _pem_of(workspace, enrollment),
    }


def checked_in(workspace: Workspace, visit: Visit, enrollment: Enrollment | None) -> dict[str, Any]:
    """The answer to a check-in."""
    now, rules = workspace.now(), workspace.expiry()
    return {
        "device": document_of(workspace, workspace.devices.get(visit.device.id)),
        "installed_policies": [installed_policy_document(placed) for placed in visit.policies],
        "removed_policies": [installed_policy_document(placed) for placed in visit.removed],
        "renewal": visit.renewal,
        "certificate": None if enrollment is None else device_certificate_document(enrollment.certificate, now, rules),
        "pem": None if enrollment is None else _pem_of(workspace, enrollment),
    }


def document_of(workspace: Workspace, device: Device) -> Any:
    """A device's document."""
    return device_document(device, workspace.now(), workspace.expiry(), workspace.impact.gate().outages)


def _pem_of(workspace: Workspace, enrollment: Enrollment) -> str:
    """The new certificate with its chain."""
    above = (link.public_bytes(Encoding.PEM) for link in enrollment.chain)
    return (workspace.devices.pem(enrollment.certificate) + b"".join(above)).decode("ascii")
