"""Which CA certificates devices trust."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from .device import Platform


class TrustAnchor(Struct, frozen=True, kw_only=True, gc=False):
    """A CA certificate of the inventory (``id`` is its entry's) as far as devices trust it.

    ``preinstalled``: every device came with it. ``up_to_device``: the devices up to this id had it when certfleet
    was first told of it, antivirus included. ``deployed_at``: from then on a device gets it at its next check-in, and
    the users of devices that can't check in are sent it; ``platforms`` limits that, where it isn't empty, and
    ``earlier`` has those platforms that it had been deployed to before. ``antivirus_at``: from then on the antivirus of
    every device trusts it. ``taken_at`` is when devices last lost it: it was withdrawn, or turned out not to come with
    them.
    """

    id: int
    preinstalled: bool = False
    up_to_device: int = 0
    deployed_at: datetime | None = None
    deployed_by: str = ""
    platforms: tuple[Platform, ...] = ()
    antivirus_at: datetime | None = None
    earlier: dict[Platform, datetime] = {}
    taken_at: datetime | None = None

    def deployed_to(self, platform: Platform) -> datetime | None:
        """Since when it is deployed to the devices of a platform; None where it isn't."""
        if self.deployed_at is None or (self.platforms and platform not in self.platforms):
            return None
        return self.earlier.get(platform, self.deployed_at)
