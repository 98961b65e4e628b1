"""The owner of a device."""

from __future__ import annotations

from msgspec import Struct

from ...store.model.device import DeviceIdentity, Platform

__all__ = ["DeviceIdentity", "Owner", "Platform"]


class Owner(Struct, frozen=True):
    """A person and their user principal name."""

    name: str
    upn: str
