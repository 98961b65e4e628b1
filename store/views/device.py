"""A device, its certificates and its policies: their documents, and the words for states, actions and events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from ..devices.acted_on import ActedOn
from ..devices.certificate_status import device_certificate_status
from ..devices.presence import Outages, last_seen
from ..devices.re_enrolling import cost_text
from ..inventory.expiry import ExpiryRules
from ..inventory.status import days_until
from ..model.certificate import Status
from ..model.device import (
    ActionKind,
    CertificateState,
    Device,
    DeviceCertificate,
    DeviceState,
    InstalledPolicy,
    PendingAction,
    Reported,
    WaitsFor,
)
from ..model.device_event import EventKind
from ..model.model_name import with_maker
from ..words import moment
from .documents import document, document_type
from .platforms import PLATFORMS
from .styles import Style

STATE_STYLES = {
    DeviceState.NOT_ENROLLED: Style.QUIET,
    DeviceState.ENROLLED: Style.OK,
    DeviceState.RE_ENROLLMENT_REQUIRED: Style.WARNING,
    DeviceState.MUST_RE_ENROLL: Style.BAD,
    DeviceState.REVOKED: Style.QUIET,
}
STATE_SYMBOLS = {
    DeviceState.NOT_ENROLLED: "○",
    DeviceState.ENROLLED: "●",
    DeviceState.RE_ENROLLMENT_REQUIRED: "◆",
    DeviceState.MUST_RE_ENROLL: "×",
    DeviceState.REVOKED: "■",
}
STATE_MEANINGS = {
    DeviceState.RE_ENROLLMENT_REQUIRED: "works until its certificate expires; its user has to re-enroll it",
    DeviceState.MUST_RE_ENROLL: "is not managed until its user re-enrolls it",
}
"""What the two states mean that only the user of a device can end: shown where one of them stands alone."""
_SHORT_STATES = {DeviceState.RE_ENROLLMENT_REQUIRED: "re-enrollment"}
STATE_MEANINGS_SHORT = {
    DeviceState.RE_ENROLLMENT_REQUIRED: "works for now",
    DeviceState.MUST_RE_ENROLL: "not managed until then",
}

# As a title, as a noun in a sentence, and in a column.
_ACTIONS = {
    ActionKind.CERTIFICATE_RENEWAL: ("Certificate Renewal", "renewal", "renew"),
    ActionKind.REVOKE: ("Revoke", "revoke", "revoke"),
    ActionKind.POLICY: ("Policy", "policy", "policy"),
    ActionKind.POLICY_REMOVAL: ("Removal of the policy", "policy removal", "policy off"),
}
ACTION_TITLES = {kind: words[0] for kind, words in _ACTIONS.items()}
ACTIONS = {kind: words[1] for kind, words in _ACTIONS.items()}
ACTIONS_SHORT = {kind: words[2] for kind, words in _ACTIONS.items()}

WAITS = {
    WaitsFor.CHECK_IN: "check-in",
    WaitsFor.NOT_NOW: "not now",
    WaitsFor.ERROR: "error",
    WaitsFor.ANSWER: "answer",
    WaitsFor.CONFIRMATION: "first use",
}
"""What a pending action waits for, in a word or two; the member's value is the full text."""

EVENTS = {
    EventKind.ENROLLED: ("enrolled", "enrolled"),
    EventKind.RE_ENROLLED: ("re-enrolled", "re-enrolled"),
    EventKind.RENEWAL_REQUESTED: ("Certificate Renewal requested", "renewal asked"),
    EventKind.RE_ENROLLMENT_REQUIRED: ("marked: re-enrollment required", "to re-enroll"),
    EventKind.NOT_NOW: ("asked to renew; it said not now", "not now"),
    EventKind.ERROR: ("asked to renew; it answered with an error", "error"),
    EventKind.NO_ANSWER: ("asked to renew; no answer came", "no answer"),
    EventKind.ISSUED: ("new certificate issued", "issued"),
    EventKind.RENEWED: ("renewed: the new certificate is in use", "renewed"),
    EventKind.OLDER_PRESENTED: ("came with an older certificate", "older one used"),
    EventKind.TURNED_AWAY: ("turned away", "turned away"),
    EventKind.RENEWAL_ENDED: ("renewal ended", "renewal ended"),
    EventKind.REVOKED: ("revoked", "revoked"),
    EventKind.ENROLLMENT_REFUSED: ("could not enroll", "can't enroll"),
    EventKind.CHECK_IN_FAILED: ("could not reach the server", "cut off"),
    EventKind.ROOT_INSTALLED: ("CA certificate installed", "CA installed"),
    EventKind.PUSH_LOST: ("push topic lost: must re-enroll", "push lost"),
    EventKind.PUSH_BACK: ("push topic in use again: reached as before", "push back"),
    EventKind.RENEWAL_FAILING: ("renewal has failed five times", "renewal fails"),
    EventKind.POLICY_INSTALLED: ("policy installed", "policy on"),
    EventKind.POLICY_WITHOUT_CERTIFICATE: ("policy not installed", "no policy"),
    EventKind.POLICY_NOT_TAKEN: ("policy not taken", "not taken"),
    EventKind.POLICY_REMOVED: ("policy taken off", "policy off"),
    EventKind.POLICY_DELAYED: ("policy put off", "policy waits"),
    EventKind.REPLACED: ("replaced", "replaced"),
    EventKind.OWNER_LEFT: ("its owner left", "owner left"),
    EventKind.OWNER_CHANGED: ("handed on", "handed on"),
    EventKind.DELETED: ("deleted", "deleted"),
    EventKind.IMPORTED: ("imported from an export", "imported"),
    EventKind.OS_UPGRADED: ("OS upgraded", "OS upgraded"),
    EventKind.CHANGED: ("record changed", "changed"),
    EventKind.UNENROLLED: ("taken out of management", "unenrolled"),
}
"""The events of a device: a sentence for its history, and a word or two (13 cells) for the log of the fleet."""


class HeldCertificateDocument(Struct, frozen=True, kw_only=True):
    """A device certificate that may be in the device's hands."""

    id: int
    group: str
    not_after: datetime
    state: CertificateState


class RefusedDocument(Struct, frozen=True, kw_only=True):
    """The last thing that a device couldn't do: reach the server (``at_check_in``), or enroll."""

    code: str
    at: datetime
    at_check_in: bool


class InstalledPolicyDocument(Struct, frozen=True, kw_only=True):
    """A policy on a device, or one that it should have; ``note`` then says why it has not."""

    policy_id: int
    name: str
    version: int
    at: datetime
    installed: bool
    certificate_id: int | None
    entry_id: int | None
    fingerprint_sha256: str | None
    note: str
    code: str | None


class ReportedDocument(Struct, frozen=True, kw_only=True):
    """What an import last said of a device's certificate, in the import ``import_id`` at ``at``."""

    import_id: int
    at: datetime
    issuer: str | None
    serial_number: str | None
    not_after: datetime | None


DeviceDocument = document_type(
    "DeviceDocument",
    Device,
    "A device, the state of its certificate, and when it was last heard of.",
    without=("habits", "cut_off"),
    serial_number=str | None,
    certificates=tuple[HeldCertificateDocument, ...],
    policies=tuple[InstalledPolicyDocument, ...],
    refused=RefusedDocument | None,
    reported=ReportedDocument | None,
    certificate_status=Status | None,
    days_left=int | None,
    simulated=bool,
)
DeviceCertificateDocument = document_type(
    "DeviceCertificateDocument",
    DeviceCertificate,
    "A certificate that a device CA issued to a device.",
    without=("der", "key_number"),
    status=Status,
    days_left=int,
)


def device_document(device: Device, now: datetime, rules: ExpiryRules, outages: Outages) -> Struct:
    """The document of a device; ``outages`` are those of ``Gate.outages``."""
    refused = device.refused
    return document(
        DeviceDocument,
        device,
        serial_number=device.serial_number or None,
        certificates=tuple(
            HeldCertificateDocument(id=held.id, group=held.group, not_after=held.not_after, state=held.state)
            for held in device.certificates
        ),
        policies=tuple(map(installed_policy_document, device.policies)),
        refused=refused and RefusedDocument(code=refused.code, at=refused.at, at_check_in=refused.at_check_in),
        reported=reported_document(device.reported),
        last_check_in=last_seen(device, now, outages),
        certificate_status=certificate_status(device, now, rules),
        days_left=days_left(device, now),
        simulated=device.habits is not None,
    )


def reported_document(reported: Reported | None) -> ReportedDocument | None:
    """The document of what an import said."""
    if reported is None:
        return None
    return ReportedDocument(
        import_id=reported.import_id,
        at=reported.at,
        issuer=reported.issuer or None,
        serial_number=reported.serial_number or None,
        not_after=reported.not_after,
    )


def reported_text(reported: Reported) -> str:
    """``import 2 on 2026-11-29 13:01:32 UTC, certificate 0A1B of Example CA``."""
    text = f"import {reported.import_id} on {moment(reported.at)}"
    if not reported.issuer and not reported.serial_number:
        return text
    text += f", certificate {reported.serial_number}".rstrip()
    return f"{text} of {reported.issuer}" if reported.issuer else text


def installed_policy_document(placed: InstalledPolicy) -> InstalledPolicyDocument:
    """The document of a policy on a device."""
    return document(InstalledPolicyDocument, placed, installed=placed.is_installed, code=placed.code or None)


def device_certificate_document(certificate: DeviceCertificate, now: datetime, rules: ExpiryRules) -> Struct:
    """The document of a device certificate, without its DER."""
    return document(
        DeviceCertificateDocument,
        certificate,
        status=device_certificate_status(certificate.not_after, now, rules),
        days_left=days_until(certificate.not_after, now),
    )


def certificate_status(device: Device, now: datetime, rules: ExpiryRules) -> Status | None:
    """The status of a device's active certificate; None for a device without one."""
    return None if device.not_after is None else device_certificate_status(device.not_after, now, rules)


def days_left(device: Device, now: datetime) -> int | None:
    """The days until that certificate expires, rounded up; None for a device without one."""
    return None if device.not_after is None else days_until(device.not_after, now)


def device_title(device: Device | ActedOn) -> str:
    """``#12 iPhone 14 Pro F2LX…``."""
    return f"#{device.id} {device.name}"


def short_identity(device: Device) -> str:
    """What names a device in a narrow place: its serial number, or the beginning of its enrollment id."""
    return device.serial_number or (f"{device.enrollment_id[:9]}…" if device.enrollment_id else "")


def model_text(device: Device) -> str:
    """``Dell Latitude 5440``: maker and model, the maker once; empty if neither is known."""
    return with_maker(device.maker, device.model_name or device.model)


def system_text(device: Device) -> str:
    """``iOS 26.6 (23G71)``, ``Android 16 (BP2A.250605.031.A3), patch level 2026-10-01``, ``Windows 10.0.26100.9168,
    Enterprise``: what is known of its OS."""
    text = f"{device.os_name or PLATFORMS[device.platform]} {device.os_version}".strip()
    if device.os_build and device.os_build not in device.os_version:
        text += f" ({device.os_build})"
    if device.security_patch:
        text += f", patch level {device.security_patch}"
    return f"{text}, {device.os_edition}" if device.os_edition else text


def state_text(state: DeviceState) -> str:
    """``● enrolled``."""
    return f"{STATE_SYMBOLS[state]} {state}"


def short_state_text(state: DeviceState) -> str:
    """``◆ re-enrollment``: for a column, in which ``re-enrollment required`` would be cut."""
    return f"{STATE_SYMBOLS[state]} {_SHORT_STATES.get(state, state)}"


def re_enrolling_text(device: Device) -> str:
    """``wipes it``: what re-enrolling costs a device that must or should; empty if it costs nothing, or isn't due."""
    due = device.state.needs_person or device.state is DeviceState.REVOKED
    return cost_text(device) if due else ""


def pending_text(pending: Iterable[PendingAction]) -> str:
    """``renew: check-in``: the actions in a device's queue, and what each waits for."""
    return ", ".join(f"{ACTIONS_SHORT[action.kind]}: {WAITS[action.waits_for]}" for action in pending)


def waiting_text(action: PendingAction) -> str:
    """``renewal waits for an answer, asked twice, again from 2026-01-06 08:00:00 UTC on``."""
    asked = {0: "", 1: ", asked once", 2: ", asked twice"}.get(action.attempts, f", asked {action.attempts} times")
    again = "" if action.next_try_at is None else f", again from {moment(action.next_try_at)} on"
    what = ACTIONS[action.kind] if action.policy_id is None else f"{ACTIONS[action.kind]} #{action.policy_id}"
    return f"{what} waits for {action.waits_for}{asked}{again}"
