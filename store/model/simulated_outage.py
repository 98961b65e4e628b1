"""A simulated outage: of a push service, or of the server."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from .device import Platform


class OutageOf(StrEnum):
    """What is out: the push service of some platforms, or the server."""

    APNS = "apns"
    FCM = "fcm"
    WNS = "wns"
    SERVER = "server"

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """The platforms whose devices feel it."""
        return _PLATFORMS[self]


_PLATFORMS = {
    OutageOf.APNS: (Platform.IOS, Platform.MACOS),
    OutageOf.FCM: (Platform.ANDROID,),
    OutageOf.WNS: (Platform.WINDOWS,),
    OutageOf.SERVER: tuple(Platform),
}


class SimulatedOutage(Struct, frozen=True, kw_only=True):
    """An outage from ``since`` until ``until`` (excluded), in whole seconds. During one of a push service, no push
    arrives; during one of the server, no device checks in or enrolls either."""

    id: int
    service: OutageOf
    since: datetime
    until: datetime

    def is_on(self, at: datetime) -> bool:
        """Whether it lasts at a time."""
        return self.since <= at < self.until
