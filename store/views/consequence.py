"""What is stopped or degraded, and what would be: documents, styles, and the words for causes and capabilities."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from ..impact.consequences import REASONS, Consequence, Reason
from ..impact.needs import BY_ID, GROUPS, Capability, Effect, Group, Level, Need
from ..impact.outlook import Dependence, OutlookEvent, affected
from ..model.device import Platform
from .documents import document
from .styles import Style

Counts = Mapping[Platform, int]
"""How many devices of each platform there are."""

LEVEL_STYLES = {Level.FINE: Style.OK, Level.DEGRADED: Style.WARNING, Level.STOPPED: Style.BAD}
LEVEL_SYMBOLS = {Level.FINE: " ", Level.DEGRADED: "◆", Level.STOPPED: "×"}


class EffectDocument(Struct, frozen=True, kw_only=True):
    """What the end of a certificate does."""

    capability: Capability
    level: Level
    seen: str
    platforms: tuple[Platform, ...]


class CountedEffectDocument(EffectDocument, frozen=True, kw_only=True):
    """The same, with the number of devices of its platforms."""

    devices: int


class ConsequenceDocument(Struct, frozen=True, kw_only=True):
    """What is stopped or degraded, since when, and which certificate or profile is to blame."""

    capability: Capability
    level: Level
    reason: Reason
    need: str
    name: str
    certificate_id: int | None
    profile_id: int | None
    platforms: tuple[Platform, ...]
    since: datetime | None
    seen: str


class CountedConsequenceDocument(ConsequenceDocument, frozen=True, kw_only=True):
    """The same, with the number of devices of its platforms."""

    devices: int


class EventDocument(Struct, frozen=True, kw_only=True):
    """What begins and ends at a moment to come."""

    at: datetime
    began: tuple[CountedConsequenceDocument, ...]
    ended: tuple[CountedConsequenceDocument, ...]


class DependenceDocument(Struct, frozen=True, kw_only=True):
    """A component that depends on a certificate, and what stops when that ends."""

    component_id: int
    need: str
    name: str
    title: str
    through_chain: bool
    waits: bool
    at: datetime
    effects: tuple[CountedEffectDocument, ...]


def effect_document(effect: Effect) -> Struct:
    """The document of what the end of a certificate does."""
    return document(EffectDocument, effect)


def counted_effect_document(effect: Effect, counts: Counts) -> Struct:
    """The same, with the number of devices of its platforms."""
    return document(CountedEffectDocument, effect, devices=affected(effect.platforms, counts))


def counted_document(one: Consequence, counts: Counts) -> Struct:
    """The document of a consequence, with the number of devices of its platforms."""
    return document(CountedConsequenceDocument, one, devices=affected(one.platforms, counts))


def event_document(event: OutlookEvent, counts: Counts) -> Struct:
    """The document of what begins and ends at a moment to come."""
    began = tuple(counted_document(one, counts) for one in event.began)
    return document(
        EventDocument, event, began=began, ended=tuple(counted_document(one, counts) for one in event.ended)
    )


def dependence_document(one: Dependence, counts: Counts) -> Struct:
    """The document of what depends on a certificate."""
    return document(
        DependenceDocument,
        one,
        component_id=one.component.id,
        need=one.component.need,
        name=one.component.name,
        effects=tuple(counted_effect_document(effect, counts) for effect in one.effects),
    )


def need_title(need: Need, name: str) -> str:
    """``Provisioning profile com.company.mail``."""
    return name if name and need.id == "other" else f"{need.title} {name}".strip()


def placed_title(need: Need, name: str) -> str:
    """The same, where the title alone doesn't say which part of the deployment it is in."""
    return f"{GROUPS[need.group]}'s {need_title(need, name)}" if need.group is Group.GATEWAY else need_title(need, name)


def cause(one: Consequence, names: Mapping[int, str]) -> str:
    """``SSL certificate for the MDM FQDN (#1 mdm.example.com) has expired``; ``names`` are those of certificates."""
    derived = one.component_id is None and one.certificate_id is not None
    what = f"CA certificate {one.name}" if derived else placed_title(BY_ID[one.need], one.name)
    if one.certificate_id is not None:
        name = names.get(one.certificate_id, "")
        what += f" (#{one.certificate_id})" if name in ("", one.name) else f" (#{one.certificate_id} {name})"
    elif one.profile_id is not None:
        what += f" (profile #{one.profile_id})"
    return f"{what} {REASONS[one.reason]}"
