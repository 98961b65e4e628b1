"""The status of a certificate at a given time, and its days left."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..model.certificate import Certificate, Status

EXPIRING = timedelta(days=30)
CRITICAL = timedelta(days=10)

_DAY = timedelta(days=1)


def status(certificate: Certificate, now: datetime) -> Status:
    """The status at ``now`` (UTC, aware). Both ends of the validity belong to it (RFC 5280, 4.1.2.5)."""
    if certificate.replaced_by is not None:
        return Status.REPLACED
    return status_within(certificate.not_before, certificate.not_after, now)


def status_within(not_before: datetime, not_after: datetime, now: datetime) -> Status:
    """The status at ``now`` of a validity period."""
    left = not_after - now
    if left < timedelta(0):
        return Status.EXPIRED
    if now < not_before:
        return Status.NOT_YET_VALID
    if left <= CRITICAL:
        return Status.CRITICAL
    if left <= EXPIRING:
        return Status.EXPIRING
    return Status.VALID


def is_asked_for(status: str, wanted: str) -> bool:
    """Whether a filter lets a status through that asks for ``wanted`` or for what begins so. ``expiring`` means 30 days
    or less, so ``critical`` is included."""
    spaced, wanted = status.replace("-", " "), wanted.replace("-", " ")
    as_expiring = status == Status.CRITICAL and bool(wanted) and Status.EXPIRING.startswith(wanted)
    return spaced.startswith(wanted) or as_expiring


def days_left(certificate: Certificate, now: datetime) -> int:
    """Days until the certificate expires, rounded up; negative once it has expired.

    Rounded away from zero, so that ``status`` and this number never contradict each other: 30 is always ``expiring``,
    31 never, and an expired certificate is never at 0.
    """
    return days_until(certificate.not_after, now)


def days_until(not_after: datetime, now: datetime) -> int:
    """Days until an end of validity, counted in the same way."""
    left = not_after - now
    return -(-left // _DAY) if left >= timedelta(0) else left // _DAY
