"""What certificates are for, as programs get it: the command line as it stands here, REST in the product's names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from ..clock import rfc3339
from ..inventory.status import days_left, days_until, status, status_within
from ..model.certificate import Certificate
from ..model.component import Component
from ..model.device import Platform
from ..model.trust import TrustAnchor
from .checklist import consequence_as_json
from .components import title_of
from .consequences import Consequence
from .impact import Impact
from .needs import BY_ID, Effect, Group, Need
from .outlook import Dependence, OutlookEvent, affected

Counts = Mapping[Platform, int]
"""How many devices of each platform there are (``Impact.platforms``)."""


class Trusted(Struct, frozen=True, kw_only=True):
    """A certificate that devices have to trust, or do. ``shown``: it is in a chain that the server or the gateway
    shows; ``lacking`` how many devices don't trust the chain that it is at the top of, None where it is at none."""

    entry: Certificate
    anchor: TrustAnchor
    public: bool
    shown: bool
    lacking: int | None


def trusted(standing: Impact, entry: Callable[[int], Certificate]) -> list[Trusted]:
    """Every one that is shown, or that something is known of, by id; ``entry`` gives an entry of the inventory.

    Inside a ``moment``. In a large fleet it takes as long as the checklist.
    """
    landscape, gate, untrusting = standing.landscape(), standing.gate(), standing.untrusting()
    tops = {chain.ids[-1] for chain in (*gate.to_enroll, *gate.to_check_in)}
    shown = {link.id for group in (Group.SERVER, Group.GATEWAY) for link in landscape.authorities_of(group)} | tops
    return [
        Trusted(
            entry=entry(id),
            anchor=landscape.anchors.get(id, TrustAnchor(id=id)),
            public=id in landscape.public_tops,
            shown=id in shown,
            lacking=untrusting.get(id, 0) if id in tops else None,
        )
        for id in sorted(shown | landscape.anchors.keys())
    ]


def need_as_json(need: Need) -> dict[str, Any]:
    """Something that a deployment needs a certificate for."""
    return {
        "id": need.id,
        "group": need.group.value,
        "title": need.title,
        "kind": need.kind.value,
        "several": need.several,
        "named": need.named or None,
        "required": need.missing,
        "effects": [_effect(effect) for effect in need.effects],
        "renewal": need.renewal,
    }


def component_as_json(component: Component, standing: Impact) -> dict[str, Any]:
    """A component, with where the certificate or the profile that it uses stands now."""
    landscape, now = standing.landscape(), standing.now()
    record, need = msgspec.to_builtins(component), BY_ID.get(component.need)
    entry = landscape.certificates.get(component.certificate_id or 0)
    profile = landscape.profiles.get(component.profile_id or 0)
    stands: tuple[str | None, int | None] = (None, None)
    if entry is not None:
        stands = status(entry, now).value, days_left(entry, now)
    elif profile is not None:
        stands = (
            status_within(profile.valid_from, profile.not_after, now).value,
            days_until(profile.not_after, now),
        )
    return {
        "id": record.pop("id"),
        **record,
        "title": title_of(component),
        "group": None if need is None else need.group.value,
        "status": stands[0],
        "days_left": stands[1],
    }


def counted_as_json(one: Consequence, counts: Counts) -> dict[str, Any]:
    """What is stopped or degraded, with the number of devices of its platforms."""
    return {**consequence_as_json(one), "devices": affected(one.platforms, counts)}


def event_as_json(event: OutlookEvent, counts: Counts) -> dict[str, Any]:
    """What begins and ends at a moment to come."""
    return {
        "at": rfc3339(event.at),
        "began": [counted_as_json(one, counts) for one in event.began],
        "ended": [counted_as_json(one, counts) for one in event.ended],
    }


def dependence_as_json(one: Dependence, counts: Counts) -> dict[str, Any]:
    """What depends on a certificate, with the number of devices that its end concerns."""
    return {
        "component_id": one.component.id,
        "need": one.component.need,
        "name": one.component.name,
        "title": one.title,
        "through_chain": one.through_chain,
        "waits": one.waits,
        "at": rfc3339(one.at),
        "effects": [effect_as_json(effect, counts) for effect in one.effects],
    }


def effect_as_json(effect: Effect, counts: Counts) -> dict[str, Any]:
    """What the end of a certificate does, with the number of devices of its platforms."""
    return {**_effect(effect), "devices": affected(effect.platforms, counts)}


def anchor_as_json(anchor: TrustAnchor) -> dict[str, Any]:
    """What is known of why devices trust a certificate."""
    return {
        "certificate_id": anchor.id,
        "preinstalled": anchor.preinstalled,
        "up_to_device": anchor.up_to_device,
        "deployed_at": None if anchor.deployed_at is None else rfc3339(anchor.deployed_at),
        "deployed_by": anchor.deployed_by or None,
        "platforms": [platform.value for platform in anchor.platforms],
        "antivirus_at": None if anchor.antivirus_at is None else rfc3339(anchor.antivirus_at),
    }


def trusted_as_json(one: Trusted) -> dict[str, Any]:
    """The same, with the certificate's name, whether it is public, and how many devices lack it."""
    return {
        **anchor_as_json(one.anchor),
        "certificate": one.entry.name,
        "public": one.public,
        "shown": one.shown,
        "lacking": one.lacking,
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "capability": effect.capability.value,
        "level": effect.level.value,
        "seen": effect.seen,
        "platforms": [platform.value for platform in effect.platforms],
    }
