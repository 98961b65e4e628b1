"""A notice to be given once."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from ..model.notice import Urgency


class Due(Struct, frozen=True, kw_only=True):
    """A notice to be given once; ``key`` identifies it. ``at`` is when it is due; from ``until`` on it no longer
    holds, if that is known beforehand."""

    at: datetime
    until: datetime | None = None
    key: str
    kind: str
    record: str
    title: str
    text: str
    urgency: Urgency
    recipient: str | None = None
