"""What certificates are for, in the style of the product: components, consequences, trust, tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ..store.clock import rfc3339
from ..store.impact.checklist import Row, as_json, consequence_as_json
from ..store.impact.components import title_of
from ..store.impact.consequences import Consequence
from ..store.impact.needs import BY_ID, Effect, Group, Need
from ..store.impact.outlook import Dependence, Event, affected
from ..store.inventory.status import days_left, status
from ..store.model.component import Component
from ..store.model.device import Platform
from ..store.model.trust import TrustAnchor
from ..store.workspace import Workspace
from .answers import camel

Counts = Mapping[Platform, int]


def consequence_shape(one: Consequence, counts: Counts) -> dict[str, Any]:
    """What is stopped or degraded, with the number of devices of its platforms."""
    return {**camel(consequence_as_json(one)), "devices": affected(one.platforms, counts)}


def event_shape(event: Event, counts: Counts) -> dict[str, Any]:
    """What begins and ends at a moment to come."""
    return {
        "at": rfc3339(event.at),
        "began": [consequence_shape(one, counts) for one in event.began],
        "ended": [consequence_shape(one, counts) for one in event.ended],
    }


def effect_shape(effect: Effect, counts: Counts) -> dict[str, Any]:
    """What the end of a certificate does."""
    return {
        "capability": effect.capability.value,
        "level": effect.level.value,
        "seen": effect.seen,
        "platforms": [platform.value for platform in effect.platforms],
        "devices": affected(effect.platforms, counts),
    }


def dependence_shape(one: Dependence, counts: Counts) -> dict[str, Any]:
    """What depends on a certificate."""
    return {
        "componentId": one.component.id,
        "need": one.component.need,
        "name": one.component.name,
        "title": one.title,
        "throughChain": one.through_chain,
        "waits": one.waits,
        "at": rfc3339(one.at),
        "effects": [effect_shape(effect, counts) for effect in one.effects],
    }


def row_shape(row: Row) -> dict[str, Any]:
    """A row of the checklist."""
    shape: dict[str, Any] = camel(as_json(row))
    return shape


def need_shape(need: Need) -> dict[str, Any]:
    """Something that a deployment needs a certificate for."""
    return {
        "id": need.id,
        "group": need.group.value,
        "title": need.title,
        "kind": need.kind.value,
        "several": need.several,
        "named": need.named or None,
        "required": need.missing,
        "effects": [
            {
                "capability": effect.capability.value,
                "level": effect.level.value,
                "seen": effect.seen,
                "platforms": [platform.value for platform in effect.platforms],
            }
            for effect in need.effects
        ],
        "renewal": need.renewal,
    }


def component_shape(workspace: Workspace, component: Component) -> dict[str, Any]:
    """A component, with where the certificate that it uses stands."""
    need, now = BY_ID.get(component.need), workspace.now()
    entry = None if component.certificate_id is None else workspace.inventory.get(component.certificate_id)
    return {
        **camel(msgspec.to_builtins(component)),
        "title": title_of(component),
        "group": None if need is None else need.group.value,
        "status": None if entry is None else status(entry, now).value,
        "daysLeft": None if entry is None else days_left(entry, now),
    }


def anchor_shape(anchor: TrustAnchor) -> dict[str, Any]:
    """What is known of why devices trust a certificate."""
    return {
        "certificateId": anchor.id,
        "preinstalled": anchor.preinstalled,
        "upToDevice": anchor.up_to_device,
        "deployedAt": None if anchor.deployed_at is None else rfc3339(anchor.deployed_at),
        "deployedBy": anchor.deployed_by or None,
        "platforms": [platform.value for platform in anchor.platforms],
        "antivirusAt": None if anchor.antivirus_at is None else rfc3339(anchor.antivirus_at),
    }


def trusted_shapes(workspace: Workspace) -> list[dict[str, Any]]:
    """Every certificate that devices are shown at the top of a chain or in it, and those that something is known of."""
    with workspace.database.moment():
        landscape, gate = workspace.standing.landscape(), workspace.standing.gate()
        tops = {chain.ids[-1] for chain in (*gate.to_enroll, *gate.to_check_in)}
        shown = {
            entry.id for group in (Group.SERVER, Group.GATEWAY) for entry in landscape.authorities_of(group)
        } | tops
        untrusting = workspace.standing.untrusting()
        return [
            {
                **anchor_shape(workspace.trust.get(id)),
                "certificate": workspace.inventory.get(id).name,
                "public": id in landscape.public_tops,
                "shown": id in shown,
                "lacking": untrusting.get(id, 0) if id in tops else None,
            }
            for id in sorted(shown | {anchor.id for anchor in workspace.trust.list()})
        ]
