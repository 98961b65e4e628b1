"""The gate for enrollment, check-in and the simulator, made from the consequences at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from ..components.capabilities import Capability, Level
from ..components.needs import BY_ID, CHECK_IN_CHAINS, DEVICE_CA, ENROLL_CHAINS, Need
from ..devices.gate import Blocked, Gate, ServedChain
from ..devices.trust import SSL_ERROR_61
from ..model.certificate import is_root
from ..model.component import Component
from ..model.device import Platform
from ..model.interruption import Interruption
from ..times import latest
from ..words import day
from .consequences import Consequence, Reason
from .interruptions import key_of, key_of_interruption
from .landscape import Landscape
from .simulated_outages import merged


def gate_of(
    landscape: Landscape,
    found: Iterable[Consequence],
    interruptions: Sequence[Interruption],
) -> Gate:
    """The gate for these consequences. ``interruptions`` are the ones recorded so far."""
    enroll: dict[Platform, Blocked] = {}
    act: dict[Platform, Blocked] = {}
    check_in: Blocked | None = None
    found = tuple(found)
    for consequence in found:
        if consequence.level is not Level.STOPPED or consequence.need == DEVICE_CA.id:
            continue
        match consequence.capability:
            case Capability.ENROLL:
                for platform in consequence.platforms:
                    enroll.setdefault(platform, blocked(consequence, landscape))
            case Capability.MANAGE:
                for platform in consequence.platforms:
                    act.setdefault(platform, blocked(consequence, landscape))
            case Capability.CHECK_IN:
                check_in = check_in or blocked(consequence, landscape)
    return Gate(
        issued=all(one.need != DEVICE_CA.id for one in found),
        check_in=check_in,
        enroll=enroll,
        act=act,
        enroll_since=_enroll_since(interruptions),
        to_enroll=_served(landscape, ENROLL_CHAINS),
        to_check_in=_served(landscape, CHECK_IN_CHAINS),
        anchors=landscape.anchors,
        outages=outages_at(found, interruptions),
    )


def blocked(consequence: Consequence, landscape: Landscape) -> Blocked:
    """The refusal that a consequence causes."""
    need = BY_ID[consequence.need]
    what = need.title if not consequence.name else f"{need.title} ({consequence.name})"
    certificate = landscape.certificates.get(consequence.certificate_id or 0)
    ended = "" if certificate is None else f" on {day(certificate.not_after)}"
    match consequence.reason:
        case Reason.CHAIN_EXPIRED:
            said = (
                f"SSL Error 61: the CA certificate {consequence.name} expired{ended}, and nobody trusts what it issued"
            )
            return Blocked(SSL_ERROR_61, said, "Replace the certificates below it by ones of another chain.")
        case Reason.EXPIRED:
            said = f"the {what} expired{ended}: {consequence.seen}"
            return Blocked(f"{need.code}-expired", said, need.renewal)
        case Reason.REVOKED:
            said = f"the {what} has been revoked: {consequence.seen}"
            return Blocked(f"{need.code}-revoked", said, need.renewal)
        case Reason.NOT_YET_VALID:
            return Blocked(
                f"{need.code}-not-yet-valid", f"the {what} is not valid yet: {consequence.seen}", need.renewal
            )
        case Reason.MISSING:
            return Blocked(f"{need.code}-missing", f"the {what} is missing: {consequence.seen}", _how_to_bind(need))


def outages_at(
    found: Iterable[Consequence], interruptions: Sequence[Interruption]
) -> tuple[tuple[int, int | None], ...]:
    """When the server was unreachable: as recorded, plus an outage that is not recorded yet."""
    known = {key_of_interruption(one) for one in interruptions if one.until is None}
    unrecorded = (
        one.since
        for one in found
        if one.level is Level.STOPPED
        and one.capability is Capability.CHECK_IN
        and one.since is not None
        and key_of(one) not in known
    )
    return outages(interruptions, min(unrecorded, default=None))


def outages(interruptions: Iterable[Interruption], open_since: datetime | None) -> tuple[tuple[int, int | None], ...]:
    """When the server was unreachable, as Unix times, sorted and merged."""
    spans: list[tuple[int, int | None]] = [
        (int(one.since.timestamp()), None if one.until is None else int(one.until.timestamp()))
        for one in interruptions
        if one.capability == Capability.CHECK_IN and one.level == Level.STOPPED
    ]
    if open_since is not None:
        spans.append((int(open_since.timestamp()), None))
    return merged(spans)


def _enroll_since(interruptions: Iterable[Interruption]) -> dict[Platform, int]:
    """When enrolling last became possible again, for each platform."""
    found: dict[Platform, int] = {}
    for one in interruptions:
        if one.capability == Capability.ENROLL and one.level == Level.STOPPED and one.until is not None:
            until = int(one.until.timestamp())
            for name in one.platforms:
                platform = Platform(name)
                found[platform] = max(found.get(platform, 0), until)
    return found


def _served(landscape: Landscape, needs: Iterable[str]) -> tuple[ServedChain, ...]:
    """The distinct chains that devices are shown by these components."""
    found: dict[int, ServedChain] = {}
    for need in needs:
        component = landscape.one(need)
        served = landscape.served(component)
        if component is not None and served is not None:
            found.setdefault(served.id, _chain(landscape, component, served.id))
    return tuple(found.values())


def _chain(landscape: Landscape, component: Component, certificate_id: int) -> ServedChain:
    chain = landscape.chain(certificate_id)
    top = chain[-1]
    anchor = landscape.anchors.get(top.id)
    everywhere = top.id in landscape.public_tops or (anchor is not None and anchor.preinstalled)
    taken = (anchor.taken_at for link in chain if (anchor := landscape.anchors.get(link.id)) is not None)
    since = latest(component.bound_at, *taken)
    ids, at = tuple(link.id for link in chain), 0 if since is None else int(since.timestamp())
    return ServedChain(ids, at, everywhere, top.name, is_root(top))


def _how_to_bind(need: Need) -> str:
    return f"Import it, and bind it: `certfleet component bind {need.id} ID`. {need.renewal}"
