"""A stretch of time in which something was stopped or degraded."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Interruption(Struct, frozen=True, kw_only=True):
    """A consequence from its beginning to its end, on the workspace clock; ``until`` is None while it lasts.

    ``capability``, ``level``, ``reason`` and ``need`` are words of ``store.impact``; ``platforms`` those concerned.
    """

    id: int
    capability: str
    level: str
    reason: str
    need: str
    component_id: int | None = None
    certificate_id: int | None = None
    profile_id: int | None = None
    platforms: tuple[str, ...] = ()
    since: datetime
    until: datetime | None = None
