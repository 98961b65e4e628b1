"""Why a change can't be undone, by the action of its line in the audit trail."""

from __future__ import annotations

from collections.abc import Mapping

from ..effects.keeping import ACTS
from ..model.audit import AuditLine

_REASONS: Mapping[str, str] = {
    "account.": "accounts are changed by hand: a password or a session can't come back",
    "audit.": "the audit trail can't be changed",
    "authority.": "CAs were made or changed, and what they issued stands",
    "bulk.": "private keys came or were destroyed with the device certificates",
    "certificate.import": "delete the entry to take an import back",
    "certificate.overwrite": "the entry that was there is gone",
    "certificate.replace": "the old entry stays as history; replace its successor once more",
    "component.switch": "it belongs to a replacement, which stays",
    "device.delete": "the devices are gone; import or add them again",
    "device.renew": "a requested renewal can't be withdrawn",
    "device.revoke": "a revocation stays: the devices have to enroll again",
    "device.": "devices have a history, which goes on",
    "moment.": "going back is what moments are for",
    "notice.": "people have been told",
    "policy.deploy": "devices have been sent it",
    "push.": "the portal keeps what it knows",
    "request.": "a key was made or destroyed",
    "scenario.": "going back is what moments are for",
    "simulation.": "going back is what moments are for",
    "task.open": "a task stays open until it is done: it follows from another change",
    "task.": "a task that is marked as done stays done",
    "vault.": "secrets are protected otherwise since",
    "workspace.": "it concerns the workspace as a whole",
}


def reason(line: AuditLine) -> str:
    """Why the change of a line isn't kept so that it could be undone."""
    if line.action in ACTS:
        return "nothing is kept of it: it is too long ago, or came with something that stays"
    return next((why for start, why in _REASONS.items() if line.action.startswith(start)), "its kind has no undo")
