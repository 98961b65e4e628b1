"""What makes simulated devices fail: causes that many have in common, and devices that never succeed."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from .device import Platform


class FailureCause(StrEnum):
    """What the devices of a cohort have in common.

    ``OS_VERSION``: an OS version on a model, on which renewals fail. ``PROXY``: a place behind a proxy, where they do.
    ``CARRIER``: a mobile carrier through whose network they don't get. ``PROFILE``: an OS version on a model that
    rejects policies.
    """

    OS_VERSION = "os-version"
    PROXY = "proxy"
    CARRIER = "carrier"
    PROFILE = "profile"


class FailureCohort(Struct, frozen=True, kw_only=True):
    """Devices that fail together: those of a ``platform``, ``model`` and ``os_version``, of a time ``zone``, or of a
    mobile ``carrier``, whose name tells the country.

    ``since`` is when the first of them failed. What is wrong lasts for ``days`` from then on (until the vendor's update
    comes, or somebody looks at the proxy or the network), unless it is fixed before, at ``fixed_at``.
    """

    cause: FailureCause
    days: int
    platform: Platform | None = None
    model: str = ""
    os_version: str = ""
    zone: str = ""
    carrier: str = ""
    since: datetime | None = None
    fixed_at: datetime | None = None

    @property
    def ends_at(self) -> datetime | None:
        """When it is over; None as long as none has failed."""
        if self.fixed_at is not None or self.since is None:
            return self.fixed_at
        return self.since + timedelta(days=self.days)


class Failures(Struct, frozen=True, kw_only=True):
    """What fails in a simulated fleet. ``never`` is how many devices per thousand of each platform never succeed at a
    renewal."""

    never: dict[Platform, int] = {}
    cohorts: tuple[FailureCohort, ...] = ()


NO_FAILURES = Failures()
