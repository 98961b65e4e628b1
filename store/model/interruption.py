"""An interruption: a period in which something was stopped or degraded."""

from __future__ import annotations

from msgspec import Struct

from .moment import Moment


class Interruption(Struct, frozen=True, kw_only=True):
    """A consequence with its beginning and end on the workspace clock; ``until`` is None while it lasts.

    ``capability``, ``level``, ``reason`` and ``need`` are values of ``components`` and
    ``consequences``; ``platforms`` are those affected.
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
    since: Moment
    until: Moment | None = None
