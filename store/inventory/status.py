"""The status of a certificate at a given time, and its days left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ..model.certificate import Certificate, Status
from .expiry import ExpiryRule, ExpiryRules

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_DAY, _NONE = timedelta(days=1), timedelta(0)


def status(certificate: Certificate, now: datetime, rules: ExpiryRules) -> Status:
    """The status at ``now`` (UTC, aware). A validity includes both of its ends (RFC 5280, 4.1.2.5)."""
    if certificate.replaced_by is not None:
        return Status.REPLACED
    end = certificate.not_after
    if end - now > rules.earliest:  # most are; finding the rule of the use is slower
        return Status.NOT_YET_VALID if now < certificate.not_before else Status.VALID
    return status_within(certificate.not_before, end, now, rules.of(certificate))


def status_within(not_before: datetime, not_after: datetime, now: datetime, rule: ExpiryRule) -> Status:
    """The status at ``now`` of a validity period, by the rule for its use."""
    left = not_after - now
    if left < _NONE:
        return Status.EXPIRED
    if now < not_before:
        return Status.NOT_YET_VALID
    if left > rule.earliest:
        return Status.VALID
    lifetime = not_after - not_before
    if left <= rule.critical(lifetime):
        return Status.CRITICAL
    if left <= rule.expiring(lifetime):
        return Status.EXPIRING
    return Status.VALID


def status_until(not_after: datetime, now: datetime, rule: ExpiryRule) -> Status:
    """The status of a validity without a known beginning: by its days alone."""
    return status_within(_LONG_AGO, not_after, now, rule)


def is_asked_for(status: str, wanted: str) -> bool:
    """Whether a filter for ``wanted``, or for a prefix of a status, matches a status. ``critical`` is expiring too,
    only more urgent."""
    spaced, wanted = status.replace("-", " "), wanted.replace("-", " ")
    as_expiring = status == Status.CRITICAL and bool(wanted) and Status.EXPIRING.startswith(wanted)
    return spaced.startswith(wanted) or as_expiring


def days_left(certificate: Certificate, now: datetime) -> int:
    """Days until the certificate expires, rounded up; negative once it has expired.

    Rounded away from zero, so that ``status`` and this number never contradict each other: where 30 is ``expiring``,
    31 never is, and an expired certificate is never at 0.
    """
    return days_until(certificate.not_after, now)


def days_until(not_after: datetime, now: datetime) -> int:
    """Days until an expiry, counted in the same way."""
    left = not_after - now
    return -(-left // _DAY) if left >= _NONE else left // _DAY
