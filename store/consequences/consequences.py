"""What is stopped or degraded at a time, because of which certificate, and for which platforms: the one rule.

Console, command line, REST, simulator, enrollment, check-in and notices all use it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from ..authorities.groups import issued_until
from ..components.capabilities import Capability, Effect, Level
from ..components.needs import BY_ID, DEVICE_CA, Group, Need
from ..model.component import Component, Use
from ..model.device import Platform
from ..times import is_over, latest
from .landscape import Landscape, is_required, needs_in_use


class Reason(StrEnum):
    """Why a certificate is unusable."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    MISSING = "missing"
    REVOKED = "revoked"
    CHAIN_EXPIRED = "chain-expired"


REASONS = {
    Reason.EXPIRED: "has expired",
    Reason.CHAIN_EXPIRED: "has expired",
    Reason.NOT_YET_VALID: "is not valid yet",
    Reason.MISSING: "is missing",
    Reason.REVOKED: "has been revoked",
}


class Consequence(Struct, frozen=True, kw_only=True):
    """One thing that is stopped or degraded. ``since`` is when it began according to the dates; None if the certificate
    is missing. ``seen`` is what people notice. ``certificate_id`` is the cause."""

    capability: Capability
    level: Level
    reason: Reason
    need: str
    component_id: int | None = None
    name: str = ""
    certificate_id: int | None = None
    profile_id: int | None = None
    platforms: tuple[Platform, ...]
    since: datetime | None = None
    seen: str


def consequences(landscape: Landscape, now: datetime) -> tuple[Consequence, ...]:
    """Everything that is stopped or degraded at ``now`` (UTC, aware), in the order of the list of needs."""
    found: list[Consequence] = []
    for need, component in needs_in_use(landscape):
        if component is not None and component.use is Use.NOT_USED:
            continue
        found += _of_component(landscape, need, component, now)
    for group in (Group.SERVER, Group.GATEWAY):
        found += _of_chains(landscape, group, now)
    found += _of_groups(landscape, now)
    return tuple(found)


def standing_of(
    landscape: Landscape, need: Need, component: Component | None, now: datetime
) -> tuple[Reason, datetime | None] | None:
    """Why a component's certificate is unusable at a time, and since when; None if it is usable."""
    came_at = landscape.came_at(component)
    if need.id == "provisioning-profile":
        profile = None if component is None else landscape.profiles.get(component.profile_id or 0)
        if profile is not None:
            return _validity(profile.valid_from, profile.not_after, came_at, now)
    else:
        if (foreign := landscape.foreign(component)) is not None:
            return _validity(foreign.not_before, foreign.not_after, came_at, now)
        certificate = landscape.served(component)
        if certificate is not None:
            revoked = landscape.revoked.get(certificate.id)
            if revoked is not None and revoked <= now:
                return Reason.REVOKED, latest(revoked, came_at)
            return _validity(certificate.not_before, certificate.not_after, came_at, now)
    return (Reason.MISSING, came_at) if is_required(need, component, landscape.site) else None


def _of_component(
    landscape: Landscape, need: Need, component: Component | None, now: datetime
) -> Iterable[Consequence]:
    standing = standing_of(landscape, need, component, now)
    if standing is not None:
        for effect in need.effects:
            yield _consequence(need, component, effect, *standing, landscape.served_id(component))


def _of_chains(landscape: Landscape, group: Group, now: datetime) -> Iterable[Consequence]:
    """The consequences of expired CA certificates in a group's chains: nothing below them is trusted."""
    need = BY_ID["server-ca" if group is Group.SERVER else "gateway-ca"]
    for authority in landscape.authorities_of(group):
        first: dict[Effect, datetime | None] = {}  # when each component came to depend on it
        for component in landscape.below(authority.id, group):
            came_at = landscape.came_at(component, authority.id)
            for effect in (*need.effects, *BY_ID[component.need].effects):
                known = first.setdefault(effect, came_at)
                if known is not None and came_at is not None:
                    first[effect] = min(known, came_at)
        for effect, came_at in first.items():
            standing = _validity(authority.not_before, authority.not_after, came_at, now)
            if standing is None:
                continue
            yield Consequence(
                capability=effect.capability,
                level=effect.level,
                reason=Reason.CHAIN_EXPIRED if standing[0] is Reason.EXPIRED else standing[0],
                need=need.id,
                name=authority.name,
                certificate_id=authority.id,
                platforms=effect.platforms,
                since=standing[1],
                seen=effect.seen,
            )


def _of_groups(landscape: Landscape, now: datetime) -> Iterable[Consequence]:
    """The consequences of no CA group being able to issue. The first group is made when it is needed."""
    if not landscape.groups or landscape.issuing(now) is not None:
        return
    since = issued_until(landscape.groups, landscape.device_cas, now)
    reason = Reason.NOT_YET_VALID if since is None else Reason.EXPIRED
    for effect in DEVICE_CA.effects:
        yield _consequence(DEVICE_CA, None, effect, reason, since)


def _consequence(
    need: Need,
    component: Component | None,
    effect: Effect,
    reason: Reason,
    since: datetime | None,
    certificate_id: int | None = None,
) -> Consequence:
    return Consequence(
        capability=effect.capability,
        level=effect.level,
        reason=reason,
        need=need.id,
        component_id=None if component is None else component.id,
        name="" if component is None else component.name,
        certificate_id=certificate_id,
        profile_id=None if component is None else component.profile_id,
        platforms=effect.platforms,
        since=since,
        seen=effect.seen,
    )


def _validity(
    start: datetime, end: datetime, came_at: datetime | None, now: datetime
) -> tuple[Reason, datetime | None] | None:
    """If it had already expired when it was bound, the consequence began with the binding."""
    if now < start:
        return Reason.NOT_YET_VALID, came_at
    return (Reason.EXPIRED, latest(end, came_at)) if is_over(end, now) else None
