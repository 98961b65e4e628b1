"""How the console says things: status symbols, days, dates, and what to do about a refusal."""

from __future__ import annotations

from ...store.errors import Refusal
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

# The store's hints speak of the command line where it has a way of its own; here is the console's.
_HINTS = {
    "same-key": "Choose what to do with the entry that holds the key.",
    "same-key-replacement": "Press n on Certificates to request one over a new key, then replace with the answer.",
    "replacement-without-key": "Name the file of its private key as well, or bring a keystore.",
    "apns-needs-keystore": "Bring the keystore (.p12) with its key, or make a request here (n) and import the answer.",
    "clock-is-wall": "f draws a fleet, on a virtual clock.",
    "no-fleet": "f draws one.",
    "no-group-ready": "n on Authorities requests one, at once or after a while.",
    "simulator-running": "p pauses it.",
    "profile-older": "Import the newest one; or tick that this one is to be taken all the same.",
    "channel-not-configured": "o sets it up.",
    "policy-unknown": "It may have been deleted meanwhile.",
    "device-unknown": "3 lists the devices.",
    "filter-unclear": "? on Devices shows what there is to filter by.",
    "no-device-certificate": "b shows the device certificates; i imports an archive of them there.",
    "credentials-ambiguous": "Name the one that is.",
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


def hint_of(refusal: Refusal) -> str | None:
    """What to do about a refusal, in the console."""
    return _HINTS.get(refusal.code, refusal.hint)
