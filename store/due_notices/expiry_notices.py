"""The notices before the expiry of certificates, provisioning profiles and CAs."""

from __future__ import annotations

from datetime import datetime

from ..components.naming import name_in_sentence
from ..components.needs import BY_ID, GROUPS, Group, Need
from ..consequences.landscape import Landscape
from ..inventory.expiry import ExpiryRules, expiry_rules
from ..model.authority import Authority
from ..model.certificate import Certificate
from ..model.component import Component, Use
from ..model.expiry import ExpiryUse
from ..model.notice import Urgency
from ..model.site import SiteSettings
from ..words import day, minute
from .due import Due
from .notice_times import NoticePeriod, authority_periods, gateway_periods, moments, notice_periods
from .remedies import remedy

APNS_NEEDS = ("apns", "securemail-apns")


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
        what = ", ".join(name_in_sentence(component) for component in below)
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
    called = name_in_sentence(component)
    what = f"{called}, {name}," if name not in called else called
    lost = "; ".join(effect.seen for effect in need.effects)
    renewal = remedy(need, component, int(record.partition(":")[2]) if record.startswith("certificate:") else None)
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
    told = gateway and not called.startswith(GROUPS[Group.GATEWAY])
    return Due(
        at=at,
        until=end,
        key=f"{'gateway' if gateway else 'certificate'}-expiry:{component.id}:{record}:{end:%Y%m%d}:{period.key}",
        kind="gateway-expiry" if gateway else "certificate-expiry",
        record=record,
        title=f"{'Gateway: the' if told else 'The'} {called} expires on {day(end)}",
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
