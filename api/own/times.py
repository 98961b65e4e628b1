"""Times as clients write them."""

from __future__ import annotations

from datetime import UTC, datetime

from ...store.errors import Refusal


def in_utc(at: datetime, name: str = "at") -> datetime:
    """A time in UTC; one without a zone is in UTC. Refuses with ``request-invalid``."""
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        raise Refusal("request-invalid", f"{name}: there is no such moment") from None
