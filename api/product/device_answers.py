"""The answers of the device endpoints."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from ...store.devices.results import SecurityActionResult
from ...store.model.device import Device, DeviceEvent
from ...store.views.device import (
    DeviceCertificateDocument,
    DeviceDocument,
    device_certificate_document,
    device_document,
)
from ...store.views.documents import document_type
from ...store.views.policy import PolicyOnDeviceDocument, on_device_document
from ...store.views.renewal import RenewalPlanDocument
from ...store.workspace import Workspace
from ..server.answers import Success, camel
from ..server.problems import as_json
from .device_fields import DeviceSummary, device_summary

EVENTS = 100  # the latest of a device that its details have


_SUMMARY = {field.name: field.type for field in msgspec.structs.fields(DeviceSummary)}
DeviceFields = document_type(
    "DeviceFields", DeviceDocument, "A device: our document, and the product's names.", **_SUMMARY
)
DeviceDetails = document_type(
    "DeviceDetails",
    DeviceFields,
    "A device with its certificates, its policies, what is pending for it, and what happened to it.",
    certificates=tuple[DeviceCertificateDocument, ...],
    installed_policies=tuple[PolicyOnDeviceDocument, ...],
    events=tuple[DeviceEvent, ...],
)


class OneDevice(Success, frozen=True, kw_only=True):
    """A device in full."""

    device: DeviceDetails


class DeviceRefused(Struct, frozen=True, kw_only=True):
    """A device for which a security action was refused."""

    id: int
    code: str
    message: str


class ActionRequested(Success, frozen=True, kw_only=True):
    """The devices for which an action is pending, and the refused ones with the reason."""

    pending: list[int]
    refused: list[DeviceRefused]


class RenewalRequested(ActionRequested, frozen=True, kw_only=True):
    """The result of a renewal; ``plan`` counts the devices by platform as they were before it."""

    plan: RenewalPlanDocument


def details(workspace: Workspace, id: int) -> dict[str, Any]:
    """A device in full; refuses with ``device-unknown``."""
    with workspace.database.moment():
        device = workspace.devices.get(id)
        now, rules = workspace.now(), workspace.expiry()
        certificates = workspace.devices.certificates(id)
        installed = workspace.policies.on_device(device)
        events = workspace.devices.timeline(id)[-EVENTS:]
    return {
        **_device(workspace, device, now),
        "certificates": [camel(device_certificate_document(certificate, now, rules)) for certificate in certificates],
        "installedPolicies": [camel(on_device_document(one, now, rules)) for one in installed],
        "events": camel(events),
    }


def requested(came_to: SecurityActionResult) -> dict[str, Any]:
    """The answer to a security action on many devices."""
    return {
        "pending": [device.id for device in came_to.pending],
        "refused": [
            *({"id": device.id, **as_json(refusal)} for device, refusal in came_to.refused),
            *({"id": id, "code": "device-unknown", "message": f"there is no device {id}"} for id in came_to.unknown),
        ],
    }


def _device(workspace: Workspace, device: Device, now: datetime) -> dict[str, Any]:
    rules, outages = workspace.expiry(), workspace.impact.gate().outages
    summary = msgspec.to_builtins(device_summary(device, now, rules, outages))
    return {**camel(device_document(device, now, rules, outages)), **summary}
