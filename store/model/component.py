"""A component: something that uses a certificate."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from .moment import Moment


class Use(StrEnum):
    """Whether a deployment uses what a component stands for.

    ``AS_NEEDED`` is the default: the need decides. Some exist in every deployment, some only on a migrated site.
    """

    AS_NEEDED = "as needed"
    REQUIRED = "required"
    NOT_USED = "not used"


class Component(Struct, frozen=True, kw_only=True):
    """A component and the inventory entry that it uses.

    ``need`` is the id of its need (``components.needs``); ``name`` distinguishes several components of one need: an
    app, a CA entity, a resource. An app has a provisioning profile (``profile_id``) instead of a certificate.
    ``bound_at`` is when this certificate was bound, on the workspace clock. ``still_serves`` is the old certificate
    that stays in use until somebody completes a follow-up task. ``apple_id`` is the Apple ID of a push certificate, if
    known.
    """

    id: int
    need: str = "other"
    name: str = ""
    certificate_id: int | None = None
    profile_id: int | None = None
    bound_at: Moment | None = None
    still_serves: int | None = None
    use: Use = Use.AS_NEEDED
    apple_id: str | None = None

    @property
    def served_id(self) -> int | None:
        """The entry whose certificate is actually in use."""
        return self.certificate_id if self.still_serves is None else self.still_serves
