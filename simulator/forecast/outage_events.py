"""Simulated outages as stops of a forecast: for whom, from when until when, and how each is ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from ...store.components.capabilities import Capability, Level
from ...store.model.device import Platform
from ...store.model.forecast import ForecastEvent
from ...store.model.simulated_outage import OutageOf, SimulatedOutage
from ...store.views.forecasts.forecast import PUSH
from ...store.views.simulated_outage import outage_cause, outage_end_command, outage_prevention
from .fleet_watch import Curve

SIMULATED_OUTAGE = "simulated-outage"
"""The reason and the need of such a stop."""

_STOPS: Mapping[OutageOf, tuple[str, ...]] = {
    OutageOf.SERVER: (Capability.ENROLL, Capability.CHECK_IN),
    OutageOf.APNS: (PUSH,),
    OutageOf.FCM: (PUSH,),
    OutageOf.WNS: (PUSH,),
}


def outages_during(outages: Sequence[SimulatedOutage], since: datetime, until: datetime) -> list[SimulatedOutage]:
    """Those that last at any time of a run, by their beginning."""
    return sorted((one for one in outages if one.since <= until and one.until > since), key=lambda one: one.since)


def outages_before(
    outages: Sequence[SimulatedOutage], served: Mapping[Platform, Curve], since: datetime
) -> Iterator[ForecastEvent]:
    """What those that last at the beginning stop."""
    for one in outages:
        if one.since <= since:
            yield from _events(one, one.since, served, recovers=False)


def outage_events(
    outages: Sequence[SimulatedOutage], served: Mapping[Platform, Curve], since: datetime, until: datetime
) -> Iterator[ForecastEvent]:
    """The beginnings and the ends that lie in a run."""
    for one in outages:
        if one.since > since:
            yield from _events(one, one.since, served, recovers=False)
        if one.until <= until:
            yield from _events(one, one.until, served, recovers=True)


def stopped_by(outages: Sequence[SimulatedOutage], begin: int, end: int) -> Iterator[tuple[str, Platform, int, int]]:
    """The periods (Unix time) in which outages stop a capability for a platform, as far as they lie in a run. A push
    service's stop nothing: devices come at their own check-ins."""
    for one in outages:
        if one.service is OutageOf.SERVER:
            first, last = max(begin, int(one.since.timestamp())), min(end + 1, int(one.until.timestamp()))
            for capability in _STOPS[one.service]:
                yield from ((capability, platform, first, last) for platform in one.service.platforms)


def _events(
    outage: SimulatedOutage, at: datetime, served: Mapping[Platform, Curve], *, recovers: bool
) -> Iterator[ForecastEvent]:
    before = int(at.timestamp()) - (not recovers)
    platforms = outage.service.platforms
    for capability in _STOPS[outage.service]:
        yield ForecastEvent(
            at=at,
            recovers=recovers,
            capability=capability,
            level=Level.STOPPED,
            reason=SIMULATED_OUTAGE,
            need=SIMULATED_OUTAGE,
            cause=outage_cause(outage),
            certificate_id=None,
            platforms=platforms,
            devices=sum(served[platform].at(before) for platform in platforms if platform in served),
            prevent_by=outage_prevention(outage),
            command=outage_end_command(outage),
        )
