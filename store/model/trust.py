"""Which CA certificates devices trust."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from .device import Platform
from .moment import Moment


class TrustAnchor(Struct, frozen=True, kw_only=True, gc=False):
    """The trust of devices in a CA certificate of the inventory (``id`` is its entry's).

    ``preinstalled``: every device ships with it. ``up_to_device``: devices up to this id already had it, antivirus
    included, when certfleet first saw it. ``deployed_at``: from then on each device gets it at its next check-in, and
    users of devices that can't check in receive it by other means; ``platforms`` limits that unless empty, and
    ``earlier`` has the platforms of earlier deployments. ``antivirus_at``: from then on the antivirus of every device
    trusts it. ``taken_at``: when devices last lost it, because it was withdrawn or is no longer considered
    preinstalled.
    """

    id: int
    preinstalled: bool = False
    up_to_device: int = 0
    deployed_at: Moment | None = None
    deployed_by: str = ""
    platforms: tuple[Platform, ...] = ()
    antivirus_at: Moment | None = None
    earlier: dict[Platform, Moment] = {}
    taken_at: Moment | None = None

    def deployed_to(self, platform: Platform) -> datetime | None:
        """When it was deployed to a platform; None if it wasn't."""
        if self.deployed_at is None or (self.platforms and platform not in self.platforms):
            return None
        return self.earlier.get(platform, self.deployed_at)
