"""How the console says things: names, symbols of states, and what happened to a device."""

from __future__ import annotations

from ...store.inventory.requests import KeySpec
from ...store.model.certificate import Certificate, Status, UseAs
from ...store.model.device import ActionKind, DeviceState, EventKind, PendingAction, WaitsFor
from ...store.printable import printable

SYMBOLS = {
    Status.NOT_YET_VALID: "○",
    Status.VALID: "●",
    Status.EXPIRING: "◆",
    Status.CRITICAL: "▲",
    Status.EXPIRED: "×",
    Status.REPLACED: "→",
}

USES = {
    UseAs.SERVER: "Server",
    UseAs.SAML: "SAML",
    UseAs.APNS: "APNs",
    UseAs.SSL_LISTENER: "SSL listener",
    UseAs.DEVICE: "Device",
}

KEYS = {
    KeySpec.RSA_2048: "RSA 2048",
    KeySpec.RSA_3072: "RSA 3072",
    KeySpec.RSA_4096: "RSA 4096",
    KeySpec.EC_P256: "EC P-256",
    KeySpec.EC_P384: "EC P-384",
    KeySpec.EC_P521: "EC P-521",
    KeySpec.ED25519: "Ed25519",
}

DEVICE_SYMBOLS = {
    DeviceState.NOT_ENROLLED: "○",
    DeviceState.ENROLLED: "●",
    DeviceState.RE_ENROLLMENT_REQUIRED: "◆",
    DeviceState.MUST_RE_ENROLL: "×",
    DeviceState.REVOKED: "■",
}

ACTIONS = {
    ActionKind.CERTIFICATE_RENEWAL: "Certificate Renewal",
    ActionKind.REVOKE: "Revoke",
    ActionKind.POLICY: "Policy",
    ActionKind.POLICY_REMOVAL: "Removal of the policy",
}

_ACTIONS_SHORT = {
    ActionKind.CERTIFICATE_RENEWAL: "renew",
    ActionKind.REVOKE: "revoke",
    ActionKind.POLICY: "policy",
    ActionKind.POLICY_REMOVAL: "policy off",
}
_WAITS_SHORT = {
    WaitsFor.CHECK_IN: "check-in",
    WaitsFor.NOT_NOW: "not now",
    WaitsFor.ERROR: "error",
    WaitsFor.ANSWER: "answer",
    WaitsFor.CONFIRMATION: "first use",
}

# What happened to a device: as a sentence in its history, and in a word or two (13 cells) in the log of the fleet.
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
    EventKind.RENEWAL_FAILING: ("renewal has failed five times", "renewal fails"),
    EventKind.POLICY_INSTALLED: ("policy installed", "policy on"),
    EventKind.POLICY_WITHOUT_CERTIFICATE: ("policy not installed", "no policy"),
    EventKind.POLICY_REMOVED: ("policy taken off", "policy off"),
    EventKind.POLICY_DELAYED: ("policy put off", "policy waits"),
}


def name_of(certificate: Certificate) -> str:
    """The certificate's name, safe to show."""
    return printable(certificate.name)


def title_of(certificate: Certificate) -> str:
    """``#3 mdm.example.com``."""
    return f"#{certificate.id} {name_of(certificate)}"


def status_text(status: Status) -> str:
    """``▲ critical``."""
    return f"{SYMBOLS[status]} {status}"


def state_text(state: DeviceState) -> str:
    """``● enrolled``."""
    return f"{DEVICE_SYMBOLS[state]} {state}"


def pending_text(pending: tuple[PendingAction, ...]) -> str:
    """``renew: check-in``: the actions in a device's queue, and what each waits for."""
    return ", ".join(f"{_ACTIONS_SHORT[action.kind]}: {_WAITS_SHORT[action.waits_for]}" for action in pending)
