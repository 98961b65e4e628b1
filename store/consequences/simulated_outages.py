"""What simulated outages do to devices: added to the gate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from ..devices.gate import Blocked, Gate, Span
from ..model.device import DeviceState, PendingAction, Platform
from ..model.simulated_outage import OutageOf, SimulatedOutage
from ..persistence.table import DocumentTable
from ..words import minute

SERVER_OUTAGE = "server-outage"


def with_outages(gate: Gate, outages: Sequence[SimulatedOutage], at: datetime) -> Gate:
    """The gate at a time, with the outages up to then; pushes are kept back by later ones too."""
    if not outages:
        return gate
    servers = [one for one in outages if one.service is OutageOf.SERVER]
    begun = [one for one in servers if one.since <= at]
    ended = max((_seconds(one)[1] for one in begun if one.until <= at), default=0)
    check_in, enroll = gate.check_in, gate.enroll
    if (now := next((one for one in begun if one.is_on(at)), None)) is not None:
        check_in = check_in or _blocked(now)
        enroll = {platform: enroll.get(platform) or _blocked(now) for platform in Platform}
    return gate._replace(
        check_in=check_in,
        enroll=enroll,
        enroll_since={platform: max(gate.enroll_since.get(platform, 0), ended) for platform in Platform},
        outages=merged([*gate.outages, *unreachable(begun, at)]),
        no_push=_no_push(outages),
    )


class _Waiting(Struct, frozen=True):
    """The fields of a device that an outage matters to."""

    id: int
    platform: Platform
    state: DeviceState
    pending: tuple[PendingAction, ...] = ()


def felt_by(devices: DocumentTable, service: OutageOf) -> tuple[int, int]:
    """How many devices feel such an outage, and how many of them have something pending."""
    felt = pending = 0
    for one in devices.each(_Waiting):
        if one.platform in service.platforms and one.state is not DeviceState.REVOKED:
            felt += 1
            pending += bool(one.pending)
    return felt, pending


def unreachable(outages: Iterable[SimulatedOutage], at: datetime) -> list[tuple[int, int | None]]:
    """When the server was out up to a time, as spans of ``Gate.outages``: after its start, up to its end."""
    return [
        (_seconds(one)[0] - 1, None if one.is_on(at) else _seconds(one)[1] - 1)
        for one in outages
        if one.service is OutageOf.SERVER and one.since <= at
    ]


def merged(spans: Sequence[tuple[int, int | None]]) -> tuple[tuple[int, int | None], ...]:
    """Spans of time, sorted, and joined where they touch."""
    joined: list[tuple[int, int | None]] = []
    for start, end in sorted(spans, key=lambda span: span[0]):
        if joined and (joined[-1][1] is None or joined[-1][1] >= start):
            before, until = joined[-1]
            joined[-1] = (before, None if until is None or end is None else max(until, end))
        else:
            joined.append((start, end))
    return tuple(joined)


def _no_push(outages: Sequence[SimulatedOutage]) -> Mapping[Platform, tuple[Span, ...]]:
    return {
        platform: tuple(sorted(_seconds(one) for one in outages if platform in one.service.platforms))
        for platform in Platform
    }


def _seconds(outage: SimulatedOutage) -> Span:
    return int(outage.since.timestamp()), int(outage.until.timestamp())


def _blocked(outage: SimulatedOutage) -> Blocked:
    return Blocked(
        SERVER_OUTAGE,
        f"the server is out until {minute(outage.until)} UTC: a simulated outage",
        f"`certfleet simulate end-outage {outage.id}` ends it.",
    )
