"""A moment of a workspace: a state that can be looked at later, and gone back to."""

from __future__ import annotations

from msgspec import Struct

from .moment import Moment


class KeptMoment(Struct, frozen=True, kw_only=True):
    """The state after transaction ``number``, and until ``same_until``.

    ``at`` is the workspace clock then, ``wall_at`` the machine's; both UTC.

    ``name`` is None for a moment that was kept by itself; ``before`` then says before which act of ``user``.
    ``events`` and ``sha256`` are the count and the digest of the device events up to then.
    """

    id: int
    number: int
    same_until: int
    name: str | None
    before: str
    user: str
    at: Moment
    wall_at: Moment
    events: int
    sha256: str
