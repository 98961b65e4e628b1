"""How certificates, CA groups and devices are spoken of in sentences and tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ..store.authorities.groups import GroupState
from ..store.inventory.sources import ImportResult, OtherEntry
from ..store.inventory.status import days_left, status
from ..store.model.certificate import Certificate, Status
from ..store.model.device import ActionKind, Device, DeviceState, PendingAction
from ..store.views.device import certificate_status
from ..store.words import days_text, key_text, moment, plural
from .frame.tables import Cell

STYLES = {
    Status.NOT_YET_VALID: "cyan",
    Status.VALID: "green",
    Status.EXPIRING: "yellow",
    Status.CRITICAL: "bold red",
    Status.EXPIRED: "red",
    Status.REPLACED: "dim",
}

GROUP_STYLES = {
    GroupState.REQUESTED: "cyan",
    GroupState.ISSUING: "green",
    GroupState.READY: "",
    GroupState.EXPIRED: "red",
}
DEVICE_STYLES = {
    DeviceState.NOT_ENROLLED: "dim",
    DeviceState.ENROLLED: "green",
    DeviceState.RE_ENROLLMENT_REQUIRED: "yellow",
    DeviceState.MUST_RE_ENROLL: "bold red",
    DeviceState.REVOKED: "red",
}
ACTIONS = {
    ActionKind.CERTIFICATE_RENEWAL: "renewal",
    ActionKind.REVOKE: "revoke",
    ActionKind.POLICY: "policy",
    ActionKind.POLICY_REMOVAL: "policy removal",
}


def title(certificate: Certificate) -> str:
    """``#3 mdm.example.com``."""
    return f"#{certificate.id} {certificate.name}"


def standing(certificate: Certificate, now: datetime) -> str:
    """``valid, 82 days left``."""
    return f"{status(certificate, now)}, {remaining(certificate, now)}"


def remaining(certificate: Certificate, now: datetime) -> str:
    """``82 days left``, or ``expired 3 days ago``."""
    return days_text(days_left(certificate, now))


def status_cell(certificate: Certificate, now: datetime) -> Cell:
    """The status, coloured where colours are."""
    found = status(certificate, now)
    return Cell(found.value, STYLES[found])


def key_kind(certificate: Certificate) -> str:
    """``RSA 2048``, ``EC P-256``, ``Ed25519``."""
    return key_text(certificate.key_algorithm, certificate.key_size)


def other(entry: OtherEntry) -> str:
    """``alias "vpn" (private key, CN=vpn.example.com), entry #2``."""
    name = f'alias "{entry.alias}"' if entry.alias is not None else "without alias"
    return f"{name} ({', '.join(part for part in (entry.kind, entry.subject) if part)}), entry #{entry.number}"


def import_sentences(result: ImportResult, now: datetime) -> Iterable[str]:
    """What an import did, a sentence for each entry."""
    for entry in result.deleted:
        yield f"deleted {title(entry)}"
    for entry in result.imported:
        yield f"imported {title(entry)} ({entry.use_as}), {standing(entry, now)}"
    for entry in result.linked:
        yield f"linked {title(entry)}: already in the inventory"
    for left in result.also_in_file:
        yield f"also in the file: {other(left)}"
    for note in result.notes:
        yield f"note: {note}"


def device_title(device: Device) -> str:
    """``#12 iPhone 14 Pro F2LX…``."""
    return f"#{device.id} {device.name}"


def devices(count: int) -> str:
    """``1 device``, ``1,652 devices``."""
    return plural(count, "device")


def device_state_cell(device: Device) -> Cell:
    """Where a device stands, coloured where colours are."""
    return Cell(device.state.value, DEVICE_STYLES[device.state])


def device_certificate_cell(device: Device, now: datetime) -> Cell:
    """Where the certificate that a device works with stands."""
    found = certificate_status(device, now)
    return Cell("-") if found is None else Cell(found.value, STYLES[found])


def waiting(action: PendingAction) -> str:
    """``renewal waits for an answer, asked twice, again from 2026-01-06 08:00:00 UTC on``."""
    asked = {0: "", 1: ", asked once", 2: ", asked twice"}.get(action.attempts, f", asked {action.attempts} times")
    again = "" if action.next_try_at is None else f", again from {moment(action.next_try_at)} on"
    what = ACTIONS[action.kind] if action.policy_id is None else f"{ACTIONS[action.kind]} #{action.policy_id}"
    return f"{what} waits for {action.waits_for}{asked}{again}"
