"""When a certificate is expiring and critical: settings by use."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct


class ExpiryUse(StrEnum):
    """The uses with separate limits: those of inventory entries that aren't CA certificates, and other kinds of
    certificates."""

    SERVER = "server"
    SAML = "saml"
    APNS = "apns"
    SSL_LISTENER = "ssl-listener"
    DEVICE = "device"
    CA = "ca"
    PROFILE = "profile"


class ExpiryLimit(Struct, frozen=True):
    """A time before an expiry: a number of days, but at most the lifetime divided by ``lifetime_divisor``."""

    days: Annotated[int, Meta(ge=0, le=3650)]
    lifetime_divisor: Annotated[int, Meta(ge=1, le=1000)]


class ExpiryLimits(Struct, frozen=True):
    """The general limit, and the limits of uses that have their own. ``by_use`` is never changed in place."""

    default: ExpiryLimit
    by_use: dict[ExpiryUse, ExpiryLimit] = {}

    def of(self, use: ExpiryUse) -> ExpiryLimit:
        """The limit of a use."""
        return self.by_use.get(use, self.default)


EXPIRING = ExpiryLimits(ExpiryLimit(30, 3))
CRITICAL = ExpiryLimits(ExpiryLimit(10, 10))
