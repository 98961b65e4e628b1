"""Due notices and their times: before the expiry of certificates and CAs, and after something has stopped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from itertools import groupby

from msgspec import Struct

from ..devices.renewal import FAILING
from ..inventory.expiry import ExpiryRules, expiry_rules
from ..model.authority import Authority
from ..model.certificate import Certificate
from ..model.component import Component, Use
from ..model.expiry import ExpiryUse
from ..model.interruption import Interruption
from ..model.notice import Urgency
from ..model.renewal_failures import RenewalFailures
from ..model.site import SiteSettings
from ..words import day, minute, plural
from .components import title_of
from .consequences import REASONS, Reason
from .landscape import Landscape
from .needs import BY_ID, CAPABILITIES, DEVICE_CA, Capability, Group, Need
from .notice_times import NoticePeriod, authority_periods, gateway_periods, moments, notice_periods

APNS_NEEDS = ("apns", "securemail-apns")


class Due(Struct, frozen=True, kw_only=True):
    """A notice to be given once; ``key`` identifies it. ``at`` is when it is due; from ``until`` on it no longer
    holds, if that is known beforehand."""

    at: datetime
    until: datetime | None = None
    key: str
    kind: str
    record: str
    title: str
    text: str
    urgency: Urgency
    recipient: str | None = None


def expiry_notices(landscape: Landscape) -> list[Due]:
    """The notices for everything that expires, due or not yet, in order of time."""
    found: list[Due] = []
    rules = expiry_rules(landscape.site)
    for component in landscape.components:
        need = BY_ID.get(component.need)
        if need is None or component.use is Use.NOT_USED:
            continue
        if need.id == "provisioning-profile":
            profile = landscape.profiles.get(component.profile_id or 0)
            if profile is not None:
                start, end = landscape.came_at(component) or profile.valid_from, profile.not_after
                periods = notice_periods(rules[ExpiryUse.PROFILE], end - profile.valid_from)
                for period, at in moments(end, start, periods):
                    found.append(_of(need, component, f"profile:{profile.id}", component.name, period, at, end))
            continue
        served = landscape.served(component)
        if served is not None:
            found += _of_certificate(landscape, rules, need, component, served)
    for group in (Group.SERVER, Group.GATEWAY):
        found += _of_chains(landscape, rules, group)
    for authority in landscape.device_cas:
        for period, at in moments(authority.not_after, authority.not_before, authority_periods(authority, rules)):
            found.append(_of_authority(authority, period, at))
    return sorted(found, key=lambda due: due.at)


def stopped_notices(began: Iterable[Interruption], landscape: Landscape) -> list[Due]:
    """One notice for each certificate that has stopped something."""
    found = []

    def together(one: Interruption) -> tuple[str, int, int, int, str, datetime]:
        return (
            one.need,
            one.component_id or 0,
            one.certificate_id or 0,
            one.profile_id or 0,
            one.reason,
            one.since,
        )

    for (need_id, component_id, certificate_id, profile_id, reason, since), group in groupby(
        sorted(began, key=together), key=together
    ):
        need, some = BY_ID[need_id], list(group)
        component = next((one for one in landscape.components if one.id == component_id), None)
        what = need.title if component is None else _called(component)
        if component is None and certificate_id in landscape.certificates:
            what = f"CA certificate {landscape.certificates[certificate_id].name}"
        stopped = ", ".join(dict.fromkeys(CAPABILITIES[Capability(one.capability)] for one in some))
        record = f"component:{component_id}"  # a missing certificate has nothing else
        if need is DEVICE_CA:
            record = f"authority-group:{landscape.groups[-1].id}"
        elif certificate_id or profile_id:
            record = f"certificate:{certificate_id}" if certificate_id else f"profile:{profile_id}"
        found.append(
            Due(
                at=since,
                key=f"stopped:{need_id}:{component_id}:{certificate_id or profile_id}:{reason}:{since:%Y%m%dT%H%M%S}",
                kind="capability-stopped",
                record=record,
                title=f"The {what} {REASONS[Reason(reason)]}",
                text=f"Stopped or degraded since: {stopped}. {need.renewal}",
                urgency=Urgency.URGENT,
            )
        )
    return found


def failed_renewals(failures: RenewalFailures) -> Due:
    """The notice about a day's failed renewals, given when the day is over."""
    date, failing, ended = day(failures.day), failures.failing, failures.ended
    over = datetime.combine(failures.day, time(), UTC) + timedelta(days=1)
    said = []
    if failing:
        said.append(
            f"On {date} the renewal of {plural(failing, 'device')} had failed {FAILING} times. It is tried on as long "
            "as the certificates are valid."
        )
    if ended:
        said.append(
            f"On {date} the renewal of {plural(ended, 'device')} ended without a new certificate: "
            "their users must re-enroll."
        )
    return Due(
        at=over,
        until=over + timedelta(days=1),
        key=f"renewal-failed:{date}",
        kind="renewal-failed",
        record="fleet:1",
        title=f"Certificate renewal failed on {plural(failing + ended, 'device')}",
        text=" ".join([*said, "The devices' histories say why."]),
        urgency=Urgency.WARNING,
    )


def _of_certificate(
    landscape: Landscape, rules: ExpiryRules, need: Need, component: Component, served: Certificate
) -> list[Due]:
    start = landscape.came_at(component) or served.not_before
    return [
        _of(need, component, f"certificate:{served.id}", served.name, period, at, served.not_after, topic=served.topic)
        for period, at in moments(served.not_after, start, _periods(need, served, landscape.site, rules))
    ]


def _of_chains(landscape: Landscape, rules: ExpiryRules, group: Group) -> list[Due]:
    """The CA certificates above a group's certificates: their expiry stops everything below them."""
    need = BY_ID["server-ca" if group is Group.SERVER else "gateway-ca"]
    found = []
    for authority in landscape.authorities_of(group):
        below = landscape.below(authority.id, group)
        came = [at for component in below if (at := landscape.came_at(component, authority.id)) is not None]
        what = ", ".join(_called(component) for component in below)
        lost = [*need.effects, *(effect for component in below for effect in BY_ID[component.need].effects)]
        seen = "; ".join(dict.fromkeys(effect.seen for effect in lost))
        periods = _periods(need, authority, landscape.site, rules)
        for period, at in moments(authority.not_after, min(came, default=authority.not_before), periods):
            end, gateway = authority.not_after, group is Group.GATEWAY
            found.append(
                Due(
                    at=at,
                    until=end,
                    key=f"ca-expiry:{group}:certificate:{authority.id}:{end:%Y%m%d}:{period.key}",
                    kind="gateway-expiry" if gateway else "certificate-expiry",
                    record=f"certificate:{authority.id}",
                    title=f"{'Gateway: the' if gateway else 'The'} CA certificate {authority.name} expires on "
                    f"{day(end)}",
                    text=f"The CA certificate {authority.name} expires on {minute(end)} UTC. Then {seen}. It is "
                    f"above: {what}. {need.renewal}",
                    urgency=_urgency(period),
                )
            )
    return found


def _periods(need: Need, entry: Certificate, site: SiteSettings, rules: ExpiryRules) -> tuple[NoticePeriod, ...]:
    rule, lifetime = rules.of(entry), entry.not_after - entry.not_before
    if need.group is Group.GATEWAY and need.id not in APNS_NEEDS:
        return gateway_periods(site.gateway_notice_days, rule, lifetime)
    return notice_periods(rule, lifetime)


def _urgency(period: NoticePeriod) -> Urgency:
    return Urgency.URGENT if period.is_urgent else Urgency.WARNING


def _of(
    need: Need,
    component: Component,
    record: str,
    name: str,
    period: NoticePeriod,
    at: datetime,
    end: datetime,
    *,
    topic: str | None = None,
) -> Due:
    urgency = _urgency(period)
    what = f"{_called(component)}, {name}," if name not in _called(component) else _called(component)
    lost = "; ".join(effect.seen for effect in need.effects)
    renewal = need.renewal
    if record.startswith("certificate:") and component.certificate_id not in (None, int(record.partition(":")[2])):
        renewal = f"Certificate {component.certificate_id} has taken its place here: put it in place there too."
    if need.id in APNS_NEEDS:
        owner, of_topic = component.apple_id, f", of the topic {topic}," if topic is not None else ""
        to_whom = "an Apple ID that is not known here" if owner is None else f"Apple ID {owner}"
        devices = (
            " If it lapses, or is revoked, every enrolled iOS and macOS device has to be enrolled again with a new one."
            if need.id == "apns"
            else ""
        )
        return Due(
            at=at,
            until=end,
            key=f"apns-expiry:{record}:{end:%Y%m%d}:{period.key}",
            kind="apns-expiry",
            record=record,
            title=f"The push certificate {name} expires on {day(end)}",
            text=f"The {need.title}{of_topic} was made with {to_whom} and expires on {minute(end)} UTC. Then {lost}."
            f"{devices} To renew it: make a request, have your vendor sign it, and upload it to the push certificates "
            f"portal (https://identity.apple.com/pushcert), signed in with that same Apple ID.",
            urgency=urgency,
            recipient=owner,
        )
    gateway = need.group is Group.GATEWAY
    return Due(
        at=at,
        until=end,
        key=f"{'gateway' if gateway else 'certificate'}-expiry:{component.id}:{record}:{end:%Y%m%d}:{period.key}",
        kind="gateway-expiry" if gateway else "certificate-expiry",
        record=record,
        title=f"{'Gateway: the' if gateway else 'The'} {_called(component)} expires on {day(end)}",
        text=f"The {what} expires on {minute(end)} UTC. Then {lost}. {renewal}",
        urgency=urgency,
    )


def _of_authority(authority: Authority, period: NoticePeriod, at: datetime) -> Due:
    end = authority.not_after
    return Due(
        at=at,
        until=end,
        key=f"device-ca-expiry:{authority.fingerprint_sha256[:16]}:{period.key}",
        kind="device-ca-expiry",
        record=f"authority-group:{authority.group_id}",
        title=f"The device CA of CA group {authority.group} expires on {day(end)}",
        text=f"{authority.subject} expires on {minute(end)} UTC, and with it every device certificate that it "
        "issued. Request a new CA group (refresh), and renew the devices that hold its certificates; Windows devices "
        "have to be enrolled again.",
        urgency=_urgency(period),
    )


def _called(component: Component) -> str:
    """The name of a component in the middle of a sentence."""
    match component.need:
        case "provisioning-profile":
            return f"provisioning profile of {component.name}"
        case "other":
            return f"certificate of {component.name}"
        case _:
            return title_of(component)
