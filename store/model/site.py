"""What is peculiar to a deployment."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Days = Annotated[int, Meta(ge=0, le=3650)]

SITE = 1
"""The document of the table ``settings`` that holds it."""


class SiteSettings(Struct, frozen=True, kw_only=True):
    """``migrated``: the site came from XenMobile Server, so it brings its own certificate for the MDM FQDN, and
    support has to be told of a new one. ``ssl_offload``: NetScaler Gateway is set up for SSL offload, so its load
    balancer has a copy of the CA certificates. ``apns_grace_days``: for how long after its end a push certificate can
    be renewed without losing the devices. ``gateway_notice_days``: how many days before the end of a gateway
    certificate people are told.
    """

    migrated: bool = False
    ssl_offload: bool = False
    apns_grace_days: Days = 0
    gateway_notice_days: tuple[Days, ...] = (30, 14, 7, 1)
