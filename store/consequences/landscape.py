"""The landscape: everything that the consequences at a time follow from, such as components, chains and settings."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from ..authorities.groups import issuing_group
from ..components.needs import BY_ID, NEEDS, Group, Need
from ..model.authority import Authority, AuthorityGroup
from ..model.certificate import Certificate
from ..model.component import Component, Use
from ..model.profile import ProvisioningProfile
from ..model.push_channel import PushChannel
from ..model.simulated_outage import SimulatedOutage
from ..model.site import SiteSettings
from ..model.start_by import StartBy
from ..model.trust import TrustAnchor
from ..served.seen_certificates import Seen, SeenCertificate, counting
from ..times import latest, shifted

_SECOND = timedelta(seconds=1)


class Landscape(Struct, frozen=True, kw_only=True):
    """``certificates`` has every entry of a component's chain, ``chains`` the chains by the entry at their bottom,
    ``public_tops`` the top entries that the platforms trust by themselves. ``revoked`` is when the push certificates
    portal revoked an entry. ``device_cas`` are the device CAs of ``groups``. ``simulated_outages`` are consequences of
    nothing; the gate obeys them. ``start_by`` are the last days to start, as far as they were computed. ``seen`` is
    what endpoints serve, by the component that they belong to: it counts, not what is bound."""

    site: SiteSettings
    components: tuple[Component, ...]
    certificates: Mapping[int, Certificate]
    chains: Mapping[int, tuple[int, ...]]
    public_tops: Container[int]
    profiles: Mapping[int, ProvisioningProfile]
    anchors: Mapping[int, TrustAnchor]
    revoked: Mapping[int, datetime]
    channel: PushChannel | None
    groups: tuple[AuthorityGroup, ...] = ()
    device_cas: tuple[Authority, ...] = ()
    simulated_outages: tuple[SimulatedOutage, ...] = ()
    start_by: StartBy | None = None
    seen: Seen = {}

    def issuing(self, at: datetime) -> AuthorityGroup | None:
        """The CA group that issues device certificates at a time."""
        return issuing_group(self.groups, self.device_cas, at)

    def of(self, need: Need) -> tuple[Component, ...]:
        """The components of a need."""
        return tuple(component for component in self.components if component.need == need.id)

    def one(self, need: str) -> Component | None:
        """The component of a need that has only one."""
        return next(iter(self.of(BY_ID[need])), None)

    def served(self, component: Component | None) -> Certificate | None:
        """The entry whose certificate a component actually uses; of several that its endpoints serve, the one that
        ends first. None if that is not in the inventory: see ``foreign``."""
        id = self.served_id(component)
        return None if component is None or component.use is Use.NOT_USED else self.certificates.get(id or 0)

    def served_id(self, component: Component | None) -> int | None:
        """The id of that entry."""
        if component is None:
            return None
        seen = counting(self.seen.get(component.id, ()))
        return component.served_id if seen is None else seen.certificate_id

    def foreign(self, component: Component | None) -> SeenCertificate | None:
        """The certificate that counts for a component, if it is not in the inventory."""
        if component is None or component.use is Use.NOT_USED:
            return None
        seen = counting(self.seen.get(component.id, ()))
        return seen if seen is not None and seen.certificate_id is None else None

    def chain(self, certificate_id: int) -> tuple[Certificate, ...]:
        """An entry and its issuers, as far as the inventory has them."""
        ids = self.chains.get(certificate_id, (certificate_id,))
        return tuple(self.certificates[id] for id in ids if id in self.certificates)

    def came_at(self, component: Component | None, top: int | None = None) -> datetime | None:
        """When a component came to use its certificate or profile in its present form: bound, or overwritten since.
        None if unknown.

        With ``top``, an entry of its chain: since when the chain has existed up to that entry.
        """
        if component is None:
            return None
        if (profile := self.profiles.get(component.profile_id or 0)) is not None:
            return latest(component.bound_at, profile.imported_at)
        served, foreign, times = self.served(component), self.foreign(component), [component.bound_at]
        if foreign is not None:
            return latest(*times, foreign.since)
        for link in () if served is None else self.chain(served.id):
            times.append(link.imported_at)
            if link.id == (top or self.served_id(component)):
                break
        return latest(*times)

    def authorities_of(self, group: Group) -> tuple[Certificate, ...]:
        """The distinct CA certificates above the certificates that a group's components show to devices and
        browsers."""
        found: dict[int, Certificate] = {}
        for component in self.shown_by(group):
            served = self.served(component)
            for certificate in () if served is None else self.chain(served.id)[1:]:
                found.setdefault(certificate.id, certificate)
        return tuple(found.values())

    def below(self, authority_id: int, group: Group) -> tuple[Component, ...]:
        """The components of a group with a CA certificate in their chain."""
        return tuple(
            component
            for component in self.shown_by(group)
            if (served := self.served(component)) is not None and authority_id in self.chains.get(served.id, ())[1:]
        )

    def shown_by(self, group: Group) -> tuple[Component, ...]:
        """The components of a group that show their chain to devices or browsers."""
        return tuple(
            component
            for component in self.components
            if (need := BY_ID.get(component.need)) is not None and need.shown and need.group is group
        )


def is_required(need: Need, component: Component | None, site: SiteSettings) -> bool:
    """Whether the deployment is incomplete while nothing is bound to a need."""
    if component is not None and component.use is not Use.AS_NEEDED:
        return component.use is Use.REQUIRED
    if need.id == "mdm-ssl":
        return site.migrated
    return need.missing and need.listed


def turning_points(landscape: Landscape) -> tuple[datetime, ...]:
    """The times at which something begins or ends by itself, in order.

    A validity includes its last second, so each expiry is followed by the second after it.
    """
    moments: set[datetime] = set()
    for certificate in landscape.certificates.values():
        moments |= _around(certificate.not_before, certificate.not_after)
    for seen in landscape.seen.values():
        for one in seen:
            moments |= _around(one.not_before, one.not_after)
    for profile in landscape.profiles.values():
        moments |= _around(profile.valid_from, profile.not_after)
    if landscape.channel is not None:
        end = shifted(landscape.channel.valid_until, timedelta(days=landscape.site.apns_grace_days))
        moments |= _around(end, end)
    for authority in landscape.device_cas:
        moments |= _around(authority.not_before, authority.not_after)
    moments |= {group.ready_at for group in landscape.groups}
    moments |= {group.activated_at for group in landscape.groups if group.activated_at is not None}
    moments |= set(landscape.revoked.values())
    for outage in landscape.simulated_outages:
        moments |= _around(outage.since, shifted(outage.until, -_SECOND))
    return tuple(sorted(moments))


def _around(start: datetime, end: datetime) -> set[datetime]:
    start, end = start.replace(microsecond=0), end.replace(microsecond=0)
    return {shifted(start, -_SECOND), start, end, shifted(end, _SECOND)}


def needs_in_use(landscape: Landscape) -> Iterable[tuple[Need, Component | None]]:
    """Every need with each of its components, or with None if it has none."""
    for need in NEEDS:
        components = landscape.of(need)
        named = [component for component in components if component.name or not need.several]
        if named:
            yield from ((need, component) for component in named)
        else:
            yield need, (components[0] if components else None)
