"""The push channel to enrolled Apple devices, which depends on its topic."""

from __future__ import annotations

from msgspec import Struct

from .moment import Moment


class PushChannel(Struct, frozen=True, kw_only=True):
    """``topic`` is that of the push certificate ``certificate_id``, valid until ``valid_until``.

    Once it broke (``broken_at``, ``reason``), the devices enrolled over it must re-enroll; a new channel begins with
    the next valid certificate.
    """

    id: int = 1
    topic: str
    certificate_id: int
    valid_until: Moment
    since: Moment
    broken_at: Moment | None = None
    reason: str | None = None
