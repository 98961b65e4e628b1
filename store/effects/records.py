"""The numbers of added, changed and deleted records of kinds that have no effects of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..devices.changing import TITLES
from .effects import RecordEffect, Undo
from .rows import WrittenRows


class RecordKind(NamedTuple):
    """The word for one record of a table, and how to undo adding, changing or deleting it. A text that begins with
    ``not:`` says why it can't be undone."""

    title: str
    added: str
    changed: str
    deleted: str


_BACK = "set it back to what it was"
KINDS: Mapping[str, RecordKind] = {
    "authority_groups": RecordKind("CA group", "not: a CA group stays", _BACK, "not: it is gone"),
    "authorities": RecordKind(
        "certificate authority", "not: a CA stays", "not: its number was used", "not: it is gone"
    ),
    "device_certificates": RecordKind(
        "device certificate", "not: it was issued", "not: it was used", "not: it is gone"
    ),
    "device_imports": RecordKind(
        "import of devices",
        "not: what was known before is replaced; devices that it added can be deleted: `certfleet device delete`",
        _BACK,
        "import the export again",
    ),
    "devices": RecordKind("device's record", "", "change it back: `certfleet device change`", ""),
    "revocations": RecordKind("revocation", "not: revoked devices have to enroll again", _BACK, "not: it is gone"),
    "push_certificates": RecordKind(
        "push certificate in the portal",
        "not: the portal has issued it",
        "not: the portal keeps what it knows",
        "register it again: `certfleet apns register`",
    ),
    "requests": RecordKind(
        "signing request",
        "cancel it: `certfleet certificate requests --cancel ID`",
        _BACK,
        "not: its private key is deleted with it",
    ),
    "policies": RecordKind("policy", "delete it again: `certfleet policy delete`", "change it back", "create it again"),
    "profiles": RecordKind(
        "provisioning profile", "remove it again", "import the earlier one again", "import it again"
    ),
    "bulk_certificates": RecordKind(
        "bulk device certificate",
        "delete it again: `certfleet bulk delete`",
        "import the earlier ones again",
        "import them again",
    ),
    "trust_anchors": RecordKind("trust setting", "withdraw it: `certfleet trust withdraw`", _BACK, "deploy it again"),
    "components": RecordKind("component", "remove it again: `certfleet component remove`", _BACK, "add it again"),
    "endpoints": RecordKind(
        "endpoint", "remove it: `certfleet endpoint remove`", _BACK, "add it again: `certfleet endpoint add`"
    ),
    "endpoint_readings": RecordKind(
        "reading of an endpoint", "not: it is what was served", "not: it is what was served", "check it again"
    ),
    "ownerships": RecordKind("owner and deputy", "take it back: `certfleet owner set`", _BACK, "set it again"),
    "accounts": RecordKind(
        "account", "remove it: `certfleet admin remove`", _BACK, "add it again, with a new password"
    ),
    "account_sessions": RecordKind("login session", "log out", _BACK, "log in again"),
    "scrape_tokens": RecordKind(
        "scrape token", "revoke it: `certfleet admin scrape-token revoke`", _BACK, "make another one"
    ),
    "settings": RecordKind("group of settings", _BACK, _BACK, _BACK),
    "workspace": RecordKind("workspace setting", _BACK, _BACK, _BACK),
    "vault_keys": RecordKind("protection of secrets", _BACK, _BACK, _BACK),
    "deliveries": RecordKind("delivery of a notice", "not: it is under way", "not: it is under way", "not: it is gone"),
    "campaigns": RecordKind(
        "campaign", "end it: `certfleet simulate campaign end`", "not: mail has gone out", "not: it is gone"
    ),
    "simulated_outages": RecordKind(
        "simulated outage",
        "end it: `certfleet simulate end-outage ID`",
        "begin another one: `certfleet simulate outage`",
        "begin it again: `certfleet simulate outage`",
    ),
    "start_by": RecordKind("set of last days to start", _BACK, _BACK, _BACK),
    "simulation": RecordKind("simulation", "not: a fleet that is drawn stays", "not: it has begun", "not: it is gone"),
}
"""By table, in the order of the report. Trails, logs, and records that belong to a record of another table are left
out: they change with everything."""


def record_effects(rows: WrittenRows) -> tuple[RecordEffect, ...]:
    """Count the records."""
    found = []
    for table, kind in KINDS.items():
        counted = added = deleted = 0
        for before, after in rows.bodies(table):
            if _changes_place(before, after) or (_is_gone(before) and _is_gone(after)):
                continue
            # The states of devices have effects of their own.
            if table == "devices" and not (before and after and _differs(before, after)):
                continue
            counted += 1
            added += before is None
            deleted += _is_gone(after) and not _is_gone(before)
        if counted:
            changed = counted - added - deleted
            found.append(RecordEffect(kind=kind.title, added=added, changed=changed, deleted=deleted))
    return tuple(found)


def _differs(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether a person has changed an identity or the owner of a device."""
    return any(before.get(field) != after.get(field) for field in TITLES)


def _is_gone(body: dict[str, Any] | None) -> bool:
    """Whether a record is deleted. That of a CA group stays, and says so."""
    return body is None or body.get("deleted_at") is not None


def _changes_place(before: dict[str, Any] | None, after: dict[str, Any] | None) -> bool:
    """Whether an entry loses or takes its place in a component, which is reported for the entry."""
    return (before or {}).get("certificate_id") != (after or {}).get("certificate_id")


def undo_of_record(effect: RecordEffect) -> Undo:
    """How to undo the effect; the part that is hardest to undo decides."""
    kind = next(kind for kind in KINDS.values() if kind.title == effect.kind)
    how = kind.deleted if effect.deleted else kind.changed if effect.changed else kind.added
    return Undo(possible=not how.startswith(_NOT), how=how.removeprefix(_NOT))


_NOT = "not: "
