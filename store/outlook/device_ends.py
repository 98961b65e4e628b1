"""When device certificates expire, by day and platform: no consequence by itself, since each stops its device alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from msgspec import Struct

from ..devices.re_enrolling import NO_COSTS, ReEnrollingCosts, re_enrolling_costs
from ..model.device import (
    ActionKind,
    CertificateState,
    Device,
    DeviceState,
    EnrollmentKind,
    HeldCertificate,
    PendingAction,
    Platform,
)

_ENROLLED, _ACTIVE, _UNCONFIRMED = DeviceState.ENROLLED, CertificateState.ACTIVE, CertificateState.UNCONFIRMED


class CertificateHolder(Struct, frozen=True):
    """The parts of a device that determine when its certificates expire."""

    id: int
    platform: Platform
    state: DeviceState
    certificates: tuple[HeldCertificate, ...] = ()
    pending: tuple[PendingKind, ...] = ()
    enrollment_kind: EnrollmentKind | None = None
    certificate_id: int | None = None
    not_after: datetime | None = None


class PendingKind(Struct, frozen=True):
    """The kind of a pending action, which tells whether it is a renewal."""

    kind: ActionKind


class DeviceEnd(Struct, frozen=True, kw_only=True):
    """The certificates of a platform's devices that expire on one day; ``renewing`` of the devices have a pending
    renewal. Devices not renewed by then must re-enroll; ``costs`` are those of all that aren't being renewed. ``at``
    is the first expiry."""

    day: date
    at: datetime
    platform: Platform
    devices: int
    renewing: int
    costs: ReEnrollingCosts = NO_COSTS


class _First:
    """The first expiry of a day, and the number of devices that have one then."""

    __slots__ = ("at", "devices")

    def __init__(self, at: datetime) -> None:
        self.at, self.devices = at, 1

    def add(self, at: datetime) -> None:
        self.devices += 1
        if at < self.at:
            self.at = at


def device_ends(holders: Iterable[CertificateHolder | Device]) -> tuple[DeviceEnd, ...]:
    """The expiry of the admitted devices' certificates, by day and platform. Of several certificates the last one
    counts."""
    found: dict[Platform, dict[date, _First]] = {platform: {} for platform in Platform}
    renewing: Counter[tuple[date, Platform]] = Counter()
    costs: dict[tuple[date, Platform], ReEnrollingCosts] = {}
    days = [(platform, found[platform]) for platform in Platform]
    for one in holders:
        state = one.state
        if state is not _ENROLLED and not state.is_admitted:
            continue
        held = [held.not_after for held in one.certificates if held.state is _ACTIVE or held.state is _UNCONFIRMED]
        if not held:
            if one.certificate_id is not None or one.not_after is None:
                continue
            held = [one.not_after]  # known by an import alone
        end = held[0] if len(held) == 1 else max(held)
        day = end.date()
        for platform, by_day in days:  # hashing an enum member is slower
            if platform is one.platform:
                first = by_day.get(day)
                if first is None:
                    by_day[day] = _First(end)
                else:
                    first.add(end)
        if is_renewing(one.pending):
            renewing[day, one.platform] += 1
        elif one.enrollment_kind is not None and (cost := re_enrolling_costs([one])):
            place = day, one.platform
            costs[place] = costs.get(place, NO_COSTS) + cost
    return tuple(
        DeviceEnd(
            day=day,
            at=first.at,
            platform=platform,
            devices=first.devices,
            renewing=renewing[day, platform],
            costs=costs.get((day, platform), NO_COSTS),
        )
        for day in sorted({day for by_day in found.values() for day in by_day})
        for platform, by_day in days
        if (first := by_day.get(day)) is not None
    )


def is_renewing(pending: Sequence[PendingKind | PendingAction]) -> bool:
    """Whether a certificate renewal is among a device's pending actions."""
    return bool(pending) and any(action.kind is ActionKind.CERTIFICATE_RENEWAL for action in pending)


def costs_of(ends: Iterable[DeviceEnd]) -> ReEnrollingCosts:
    """What it costs if none of these certificates is renewed any more."""
    return sum((one.costs for one in ends), NO_COSTS)
