"""What stops next: what is stopped already, then what stops if nobody acts, with the step that prevents it.

One line per cause: a certificate, a profile, the lack of one, the device CA, or device certificates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from ..components.capabilities import Capability, Level
from ..consequences.consequences import Consequence, Reason
from ..consequences.landscape import Landscape
from ..model.certificate import Certificate
from ..model.device import Platform
from ..model.task import Task
from .device_ends import DeviceEnd
from .outlook import OutlookEvent, affected
from .prevention import Prevention, Step, prevention_of, prevention_of_ends

HOLDS_UP = (Capability.ENROLL, Capability.RENEW, Capability.CHECK_IN, Capability.MANAGE)
"""Without these, devices can't enroll, check in or be managed."""


class Stop(NamedTuple):
    """Everything that one certificate, one profile, or the lack of one stops or degrades."""

    consequences: tuple[Consequence, ...]

    @property
    def certificate_id(self) -> int | None:
        """The certificate to blame; None if one is missing, or a profile has expired."""
        return self.consequences[0].certificate_id

    @property
    def level(self) -> Level:
        """The worst level."""
        stopped = any(one.level is Level.STOPPED for one in self.consequences)
        return Level.STOPPED if stopped else Level.DEGRADED

    @property
    def holds_devices_up(self) -> bool:
        """Whether devices can't enroll, check in or be managed."""
        return any(one.capability in HOLDS_UP for one in self.consequences)

    @property
    def since(self) -> datetime | None:
        """When it began; None if the certificate never existed."""
        return min((one.since for one in self.consequences if one.since is not None), default=None)


class NextStop(NamedTuple):
    """Something that is stopped (``lasts``), or stops ``at`` a time if nobody acts. It has no time if the certificate
    never existed.

    It has exactly one of these: a ``stop``; an expiring entry that nothing is known to depend on (``unused``); the
    expiry days of device certificates that nobody is renewing (``ends``).
    """

    at: datetime | None
    lasts: bool
    prevention: Prevention
    stop: Stop | None = None
    unused: Certificate | None = None
    ends: tuple[DeviceEnd, ...] = ()

    @property
    def cause(self) -> tuple[object, ...]:
        """The identity of the cause, stable while other things change."""
        if self.stop is not None:
            return (*_cause(self.stop.consequences[0]), self.lasts)
        return ("unused", self.unused.id) if self.unused is not None else ("ends", self.prevention.step)


def by_cause(found: Iterable[Consequence]) -> list[Stop]:
    """Consequences grouped by cause, in the order of the first consequence of each."""
    causes: dict[tuple[object, ...], list[Consequence]] = {}
    for one in found:
        causes.setdefault(_cause(one), []).append(one)
    return [Stop(tuple(consequences)) for consequences in causes.values()]


def _cause(one: Consequence) -> tuple[object, ...]:
    if one.certificate_id is not None and one.reason is not Reason.MISSING:
        return ("certificate", one.certificate_id)
    return (one.need, one.component_id, one.profile_id)


def felt(found: Iterable[Consequence], devices: Mapping[Platform, int]) -> list[Consequence]:
    """The consequences that somebody notices: what worked before, and what never worked if devices wait for it. Needs
    of a new deployment that are still to be met belong to the checklist."""
    return [
        one
        for one in found
        if one.since is not None or (one.capability in HOLDS_UP and affected(one.platforms, devices))
    ]


def next_stops(
    landscape: Landscape,
    now: datetime,
    lasting: Iterable[Consequence],
    coming: Iterable[OutlookEvent],
    *,
    tasks: Sequence[Task],
    devices: Mapping[Platform, int],
    ends: Iterable[DeviceEnd] = (),
    unused: Iterable[Certificate] = (),
) -> tuple[NextStop, ...]:
    """What is stopped, the worst first; then what stops, the soonest first.

    ``lasting`` is what is stopped now, ``coming`` the outlook; ``tasks`` are the open ones; ``ends`` and ``unused`` are
    the expiries within the outlook.
    """
    stopped = stops_now(landscape, felt(lasting, devices), tasks)
    later = [
        NextStop(stop.since or event.at, False, prevention_of(stop.consequences[0], landscape, tasks), stop)
        for event in coming
        for stop in by_cause(event.began)
    ]
    later += _device_certificates(ends, now)
    later += [
        NextStop(one.not_after, False, Prevention(step=Step.REPLACE, need="", certificate_id=one.id), unused=one)
        for one in unused
    ]
    return (*stopped, *sorted(later, key=lambda one: (one.at is None, one.at)))


def stops_now(landscape: Landscape, found: Iterable[Consequence], tasks: Sequence[Task]) -> list[NextStop]:
    """What is stopped at a time, the worst first."""
    stops = sorted(by_cause(found), key=lambda stop: (stop.level is not Level.STOPPED, not stop.holds_devices_up))
    return [NextStop(stop.since, True, prevention_of(stop.consequences[0], landscape, tasks), stop) for stop in stops]


def _device_certificates(ends: Iterable[DeviceEnd], now: datetime) -> Iterator[NextStop]:
    """One line for the devices that can be renewed and one for what Windows users must do, since renewing takes all of
    a kind at once."""
    waiting = [one for one in ends if one.devices > one.renewing]
    for windows in (False, True):
        own = tuple(one for one in waiting if (one.platform is Platform.WINDOWS) is windows)
        if own:
            yield NextStop(min(one.at for one in own), False, prevention_of_ends(own, now), ends=own)
