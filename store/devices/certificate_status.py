"""The status of a device certificate at a given time."""

from __future__ import annotations

from datetime import datetime

from ..authorities.groups import DEVICE_LIFETIME
from ..inventory.expiry import ExpiryRules
from ..inventory.status import status_within
from ..model.certificate import Status
from ..model.expiry import ExpiryUse


def device_certificate_status(not_after: datetime, now: datetime, rules: ExpiryRules) -> Status:
    """The status at ``now`` (UTC, aware).

    Its lifetime counts as one year, as device CAs issue: a device's record has only the expiry. It is shorter only if
    the CA expires first, and then the device has to act as early as with any other.
    """
    start = min(now, not_after - DEVICE_LIFETIME)
    return status_within(start, not_after, now, rules[ExpiryUse.DEVICE])
