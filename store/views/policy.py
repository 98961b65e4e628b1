"""A VPN policy: its document, its report, and its state on a device."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct

from ..inventory.expiry import ExpiryRules
from ..inventory.status import days_until, status_within
from ..model.bulk import DeviceIdentityCertificate
from ..model.certificate import Certificate, Status
from ..model.device import Platform, WaitsFor
from ..model.expiry import ExpiryUse
from ..model.policy import Assignment, Policy
from ..policies.report import DeploymentStatus, PlacedPolicy, PolicyOnDevice, PolicyReport
from ..printable import printable
from ..words import plural
from .device import InstalledPolicyDocument
from .documents import document, document_type
from .styles import Style

PLACE_STYLES = {
    DeploymentStatus.INSTALLED: Style.OK,
    DeploymentStatus.PENDING: Style.PENDING,
    DeploymentStatus.FAILED: Style.WARNING,
    DeploymentStatus.WITHOUT_CERTIFICATE: Style.BAD,
    DeploymentStatus.NOT_TAKEN: Style.BAD,
    DeploymentStatus.REMOVING: Style.PENDING,
    DeploymentStatus.NOT_DEPLOYED: Style.WARNING,
    DeploymentStatus.NOT_ENROLLED: Style.QUIET,
}

PLACE_MEANINGS = {
    DeploymentStatus.INSTALLED: "",
    DeploymentStatus.PENDING: "at the next check-in",
    DeploymentStatus.FAILED: "asked in vain, and asked again",
    DeploymentStatus.WITHOUT_CERTIFICATE: "so they don't have it",
    DeploymentStatus.NOT_TAKEN: "they are enrolled another way",
    DeploymentStatus.REMOVING: "at the next check-in",
    DeploymentStatus.NOT_DEPLOYED: "it is for them since",
    DeploymentStatus.NOT_ENROLLED: "they get it when they enroll",
}
"""What the state of a policy means for the devices that are in it."""

AssignmentDocument = document_type(
    "AssignmentDocument",
    Assignment,
    "Which devices of its platforms a policy is for; ``is_for_all``: every one.",
    is_for_all=bool,
)
PolicyDocument = document_type("PolicyDocument", Policy, "A VPN policy.", assignment=AssignmentDocument)


class DevicePlaceDocument(Struct, frozen=True, kw_only=True):
    """A device, and the state of the policy on it."""

    id: int
    serial_number: str | None
    enrollment_id: str | None
    platform: Platform
    place: DeploymentStatus
    version: int | None
    at: datetime | None
    certificate_id: int | None
    entry_id: int | None
    fingerprint_sha256: str | None
    note: str
    code: str | None
    waits_for: WaitsFor | None
    attempts: int | None


class PolicyReportDocument(Struct, frozen=True, kw_only=True):
    """The number of a policy's devices per state, and the devices of the requested states."""

    policy_id: int
    counts: dict[str, int]
    devices: tuple[DevicePlaceDocument, ...]


PlacedEntryDocument = document_type(
    "PlacedEntryDocument",
    Certificate,
    "The inventory entry that came with a policy.",
    first=(),
    status=Status,
    days_left=int,
)
PlacedIdentityCertificateDocument = document_type(
    "PlacedIdentityCertificateDocument",
    DeviceIdentityCertificate,
    "The device certificate that came with a policy.",
    first=(),
    status=Status,
    days_left=int,
)
PolicyOnDeviceDocument = document_type(
    "PolicyOnDeviceDocument",
    InstalledPolicyDocument,
    "A policy on a device, with the certificate that came with it, as far as its record still holds that.",
    first=(),
    certificate=dict[str, Any] | None,
)


def assigned_to(assignment: Assignment) -> str:
    """``every device``, ``2 named devices``, ``Field (owner:meyer)``."""
    if assignment.devices:
        return plural(len(assignment.devices), "named device")
    if not assignment.filter:
        return "every device"
    text = f"{assignment.group} ({assignment.filter})" if assignment.group else assignment.filter
    return printable(text)


def policy_document(policy: Policy) -> Struct:
    """The document of a policy."""
    assignment = document(AssignmentDocument, policy.assignment, is_for_all=policy.assignment.is_everybody)
    return document(PolicyDocument, policy, assignment=assignment)


def on_device_document(one: PlacedPolicy, now: datetime, rules: ExpiryRules) -> Struct:
    """The document of a policy on a device, with the certificate's record and its status at ``now``."""
    record, certificate = one.certificate, None
    if record is not None:
        kind = PlacedEntryDocument if isinstance(record, Certificate) else PlacedIdentityCertificateDocument
        certificate = document(
            kind,
            record,
            status=record_status(record, now, rules),
            days_left=days_until(record.not_after, now),
        )
    return document(PolicyOnDeviceDocument, one.placed, installed=one.placed.is_installed, certificate=certificate)


def record_status(record: Certificate | DeviceIdentityCertificate, now: datetime, rules: ExpiryRules) -> Status:
    """The status of the certificate installed with a policy."""
    rule = rules.of(record) if isinstance(record, Certificate) else rules[ExpiryUse.DEVICE]
    return status_within(record.not_before, record.not_after, now, rule)


def report_document(report: PolicyReport, only: Iterable[DeploymentStatus] = tuple(DeploymentStatus)) -> Struct:
    """The document of a report, with the devices of the requested states."""
    wanted = set(only)
    devices = tuple(_place_document(report.policy, one) for one in report.standings if one.place in wanted)
    return document(
        PolicyReportDocument, report, policy_id=report.policy.id, counts=place_counts(report), devices=devices
    )


def place_counts(report: PolicyReport) -> dict[str, int]:
    """The number of devices per state: ``{"installed": 12, "not_deployed": 3, …}``."""
    return {place.value.replace(" ", "_"): count for place, count in report.counts().items()}


def _place_document(policy: Policy, one: PolicyOnDevice) -> Struct:
    placed, waiting = one.device.policy(policy.id), one.device.policy_pending(policy.id)
    brought = {name: getattr(placed, name, None) for name in ("at", "certificate_id", "entry_id", "fingerprint_sha256")}
    return document(
        DevicePlaceDocument,
        one.device,
        serial_number=one.device.serial_number or None,
        place=one.place,
        version=placed.version if placed is not None and placed.is_installed else None,
        **brought,
        note="" if placed is None else placed.note,
        code=None if placed is None else placed.code or None,
        waits_for=None if waiting is None else waiting.waits_for,
        attempts=None if waiting is None else waiting.attempts,
    )
