"""One of two states of a workspace that are compared."""

from __future__ import annotations

from msgspec import Struct

from ..devices.counts import FleetCounts
from ..devices.events import LogDigest
from ..model.moment import Moment


class ComparedState(Struct, frozen=True, kw_only=True):
    """Its title, its time (UTC), its device events and its devices."""

    title: str
    at: Moment
    log: LogDigest
    counts: FleetCounts
