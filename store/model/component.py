"""Something that consumes a certificate."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Use(StrEnum):
    """Whether a deployment has what a component stands for.

    ``AS_NEEDED`` leaves it to the need: some are there in every deployment, some in that of a migrated site alone.
    """

    AS_NEEDED = "as needed"
    REQUIRED = "required"
    NOT_USED = "not used"


class Component(Struct, frozen=True, kw_only=True):
    """A consumer of a certificate, and the inventory entry that it uses.

    ``need`` is the id of what it stands for (``store.impact.needs``); ``name`` tells several for the same need apart:
    an app, a CA entity, a resource. An app has a provisioning profile (``profile_id``) in place of a certificate.
    ``bound_at`` is when it came to use this one, on the workspace clock. ``still_serves`` is the certificate that it
    goes on using until a follow-up that a person has to do elsewhere is done. ``apple_id`` is the one that a push
    certificate was made with, as far as it is known.
    """

    id: int
    need: str = "other"
    name: str = ""
    certificate_id: int | None = None
    profile_id: int | None = None
    bound_at: datetime | None = None
    still_serves: int | None = None
    use: Use = Use.AS_NEEDED
    apple_id: str | None = None

    @property
    def served_id(self) -> int | None:
        """The entry whose certificate is really in use."""
        return self.certificate_id if self.still_serves is None else self.still_serves
