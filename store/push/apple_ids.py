"""Apple IDs, and which of their certificates an upload renews."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..errors import Refusal
from ..model.push import PushCertificate, PushService

_LONGEST = 254  # characters (RFC 5321, 4.5.3.1.3)
# RFC 5321's dot-string at a domain; Apple IDs have no quoted local parts.
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@[a-z0-9-]+(\.[a-z0-9-]+)+")


def checked_apple_id(text: str) -> str:
    """An Apple ID, stripped and in lower case; refuses with ``apple-id-invalid``."""
    apple_id = text.strip().lower()
    if len(apple_id) > _LONGEST or not _ADDRESS.fullmatch(apple_id):
        raise Refusal(
            "apple-id-invalid", f"{text!r} is not an Apple ID", "An Apple ID is an e-mail address, like it@example.com."
        )
    return apple_id


def refuse_foreign(record: PushCertificate, apple_id: str) -> None:
    """Refuse another Apple ID's certificate with ``push-other-apple-id``."""
    if record.apple_id != apple_id:
        raise Refusal(
            "push-other-apple-id",
            f"push certificate {record.id} ({record.name}) belongs to {record.apple_id}, not to {apple_id}",
            f"Sign in as {record.apple_id}.",
        )


def refuse_foreign_topic(family: Iterable[PushCertificate], apple_id: str) -> None:
    """Refuse another Apple ID's topic with ``push-other-apple-id``."""
    for record in family:
        refuse_foreign(record, apple_id)


def refuse_renewal(record: PushCertificate) -> None:
    """Refuse to renew a certificate that was revoked, was renewed before, or is an app's."""
    title = f"push certificate {record.id} ({record.name})"
    if record.service is PushService.APP:
        raise Refusal(
            "push-app-certificate",
            f"{title} is an app's: it takes a plain signing request, and no vendor",
            "Issue a certificate for its bundle id.",
        )
    if record.revoked_at is not None:
        raise Refusal(
            "push-revoked",
            f"{title} has been revoked, so it can't be renewed",
            "Create a new one; its topic is a new one, too.",
        )
    if record.superseded_by is not None:
        raise Refusal(
            "push-superseded",
            f"{title} has been renewed by {record.superseded_by}",
            f"Renew {record.superseded_by} instead.",
        )


def newest_renewable(records: Iterable[PushCertificate]) -> PushCertificate | None:
    """The newest renewable certificate."""
    return max(
        (record for record in records if record.can_be_renewed),
        key=lambda record: (record.not_before, record.id),
        default=None,
    )
