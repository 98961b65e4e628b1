"""A need and a component: their documents."""

from __future__ import annotations

from msgspec import Struct

from ..components.naming import title_of
from ..components.needs import BY_ID, Group, Need, NeedKind
from ..impact.impact import Impact
from ..inventory.expiry import expiry_rules
from ..inventory.status import days_left, days_until, status
from ..model.certificate import Status
from ..model.component import Component
from .consequence import EffectDocument, effect_document
from .documents import document, document_type
from .profile import profile_status


class NeedDocument(Struct, frozen=True, kw_only=True):
    """Something that a deployment needs a certificate for. ``required``: it is reported when it is missing."""

    id: str
    group: Group
    title: str
    kind: NeedKind
    several: bool
    named: str | None
    required: bool
    effects: tuple[EffectDocument, ...]
    renewal: str


ComponentDocument = document_type(
    "ComponentDocument",
    Component,
    "Something that uses a certificate or a profile, and where that stands.",
    title=str,
    group=Group | None,
    status=Status | None,
    days_left=int | None,
)


def need_document(need: Need) -> Struct:
    """The document of a need."""
    effects = tuple(effect_document(effect) for effect in need.effects)
    return document(NeedDocument, need, named=need.named or None, required=need.missing, effects=effects)


def component_document(component: Component, impact: Impact) -> Struct:
    """The document of a component, with the present status of the certificate or profile that it uses."""
    landscape, now, need = impact.landscape(), impact.now(), BY_ID.get(component.need)
    entry = landscape.certificates.get(component.certificate_id or 0)
    profile = landscape.profiles.get(component.profile_id or 0)
    rules = expiry_rules(landscape.site)
    stands: tuple[Status | None, int | None] = (None, None)
    if entry is not None:
        stands = status(entry, now, rules), days_left(entry, now)
    elif profile is not None:
        stands = profile_status(profile, now, rules), days_until(profile.not_after, now)
    return document(
        ComponentDocument,
        component,
        title=title_of(component),
        group=need and need.group,
        status=stands[0],
        days_left=stands[1],
    )
