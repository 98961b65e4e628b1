"""What has happened to a device."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class EventKind(StrEnum):
    """The kinds of device events."""

    ENROLLED = "enrolled"
    RE_ENROLLED = "re-enrolled"
    RENEWAL_REQUESTED = "renewal-requested"
    RE_ENROLLMENT_REQUIRED = "re-enrollment-required"
    NOT_NOW = "not-now"
    ERROR = "error"
    NO_ANSWER = "no-answer"
    ISSUED = "certificate-issued"
    RENEWED = "renewed"
    OLDER_PRESENTED = "older-certificate-presented"
    TURNED_AWAY = "turned-away"
    RENEWAL_ENDED = "renewal-ended"
    REVOKED = "revoked"
    ENROLLMENT_REFUSED = "enrollment-refused"
    CHECK_IN_FAILED = "check-in-failed"
    ROOT_INSTALLED = "root-installed"
    PUSH_LOST = "push-lost"
    PUSH_BACK = "push-back"
    RENEWAL_FAILING = "renewal-failing"
    POLICY_INSTALLED = "policy-installed"
    POLICY_WITHOUT_CERTIFICATE = "policy-without-certificate"
    POLICY_NOT_TAKEN = "policy-not-taken"
    POLICY_REMOVED = "policy-removed"
    POLICY_DELAYED = "policy-delayed"
    REPLACED = "replaced"
    OWNER_LEFT = "owner-left"
    OWNER_CHANGED = "owner-changed"
    DELETED = "deleted"
    OS_UPGRADED = "os-upgraded"
    IMPORTED = "imported"
    UNENROLLED = "unenrolled"
    CHANGED = "changed"


class DeviceEvent(Struct, frozen=True, kw_only=True):
    """A device event, on the workspace clock."""

    id: int
    at: datetime
    device_id: int
    kind: EventKind
    detail: str = ""
