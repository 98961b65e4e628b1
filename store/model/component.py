"""Something that consumes a certificate."""

from __future__ import annotations

from msgspec import Struct


class Component(Struct, frozen=True, kw_only=True):
    """A consumer of a certificate (a listener, a gateway, a CA entity) and the entry that it uses."""

    id: int
    name: str
    certificate_id: int | None = None
