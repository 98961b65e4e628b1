"""The way to enrolled Apple devices: it lives as long as its topic."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class PushChannel(Struct, frozen=True, kw_only=True):
    """``topic`` is that of the push certificate ``certificate_id``, which is good until ``valid_until``.

    Once it is ``broken_at`` (``reason``), the devices that were enrolled over it must re-enroll; a new one begins with
    the next valid certificate.
    """

    id: int = 1
    topic: str
    certificate_id: int
    valid_until: datetime
    since: datetime
    broken_at: datetime | None = None
    reason: str | None = None
