"""What is stopped or degraded, now and later: documents, styles, and the words for causes and capabilities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import asdict

from ..components.capabilities import Capability, Effect, Level
from ..components.needs import BY_ID, GROUPS, Group, Need
from ..consequences.consequences import REASONS, Consequence, Reason
from ..devices.re_enrolling import costs_text
from ..impact.impact import Impact
from ..model.certificate import Certificate
from ..model.device import Platform
from ..outlook.dependences import Dependence
from ..outlook.device_ends import DeviceEnd, costs_of
from ..outlook.outlook import OutlookEvent, affected
from ..words import day, plural
from .documents import document
from .platforms import by_platform
from .prevention import PreventionDocument, prevention_documents
from .styles import Style

Counts = Mapping[Platform, int]
"""The number of devices per platform."""

LEVEL_STYLES = {Level.FINE: Style.OK, Level.DEGRADED: Style.WARNING, Level.STOPPED: Style.BAD}
REASON_WORDS = {
    Reason.EXPIRED: "expired",
    Reason.CHAIN_EXPIRED: "expired",
    Reason.REVOKED: "revoked",
    Reason.NOT_YET_VALID: "not valid yet,",
    Reason.MISSING: "missing",
}
"""Before ``since 2026-01-05``."""
LEVEL_SYMBOLS = {Level.FINE: " ", Level.DEGRADED: "◆", Level.STOPPED: "×"}


class EffectDocument(Struct, frozen=True, kw_only=True):
    """The effect of an expired certificate."""

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
    """What begins and ends at a future time."""

    at: datetime
    began: tuple[CountedConsequenceDocument, ...]
    ended: tuple[CountedConsequenceDocument, ...]


class UnusedEndDocument(Struct, frozen=True, kw_only=True):
    """A certificate that expires and that nothing is known to depend on."""

    certificate_id: int
    name: str
    not_after: datetime


class DeviceEndDocument(Struct, frozen=True, kw_only=True):
    """The device certificates of a platform that expire on one day: the number of devices, and how many of them have a
    pending renewal; of the others, what re-enrolling costs: ``wiped``, ``work_data``, ``visits`` (see effects)."""

    day: date
    platform: Platform
    devices: int
    renewing: int
    wiped: int
    work_data: int
    visits: int


class OutlookDocument(Struct, frozen=True, kw_only=True):
    """What stops or recovers up to a time if nobody acts, the certificates that expire and that nothing is known to
    depend on, the number of device certificates that expire, and how to prevent each: what is stopped already comes
    first, then the soonest."""

    until: datetime
    events: tuple[EventDocument, ...]
    unused: tuple[UnusedEndDocument, ...]
    device_certificates: tuple[DeviceEndDocument, ...]
    preventions: tuple[PreventionDocument, ...]


class DependenceDocument(Struct, frozen=True, kw_only=True):
    """A component that depends on a certificate, and what stops when the certificate expires."""

    component_id: int
    need: str
    name: str
    title: str
    through_chain: bool
    waits: bool
    at: datetime
    effects: tuple[CountedEffectDocument, ...]


def effect_document(effect: Effect) -> Struct:
    """The document of the effect of an expired certificate."""
    return document(EffectDocument, effect)


def counted_effect_document(effect: Effect, counts: Counts) -> Struct:
    """The same, with the number of devices of its platforms."""
    return document(CountedEffectDocument, effect, devices=affected(effect.platforms, counts))


def counted_document(one: Consequence, counts: Counts) -> Struct:
    """The document of a consequence, with the number of devices of its platforms."""
    return document(CountedConsequenceDocument, one, devices=affected(one.platforms, counts))


def event_document(event: OutlookEvent, counts: Counts) -> EventDocument:
    """The document of what begins and ends at a future time."""
    began = tuple(counted_document(one, counts) for one in event.began)
    return document(
        EventDocument, event, began=began, ended=tuple(counted_document(one, counts) for one in event.ended)
    )


def outlook_document(impact: Impact, until: datetime) -> OutlookDocument:
    """The document of the outlook up to a time."""
    counts = impact.platforms()
    return OutlookDocument(
        until=until,
        events=tuple(event_document(event, counts) for event in impact.upcoming(until)),
        unused=tuple(
            UnusedEndDocument(certificate_id=one.id, name=one.name, not_after=one.not_after)
            for one in impact.unused_ends(until)
        ),
        device_certificates=tuple(
            document(DeviceEndDocument, one, **asdict(one.costs)) for one in impact.device_ends(until)
        ),
        preventions=prevention_documents(impact.next_stops(until)),
    )


def unused_sentence(entry: Certificate) -> str:
    """``#27 syslog ends on 2026-12-01; nothing is known to depend on it``."""
    return f"#{entry.id} {entry.name} ends on {day(entry.not_after)}; nothing is known to depend on it"


def device_ends_sentence(ends: Sequence[DeviceEnd]) -> str | None:
    """How many device certificates expire and when, and how many devices must re-enroll then."""
    count, renewing = sum(one.devices for one in ends), sum(one.renewing for one in ends)
    if not count:
        return None
    first, last = ends[0].day, ends[-1].day
    when = f"on {day(first)}" if first == last else f"from {day(first)} to {day(last)}"
    counts: Counter[str] = Counter()
    for one in ends:
        counts[one.platform] += one.devices
    said = f"the certificates of {plural(count, 'device')} end {when} ({by_platform(counts)})"
    said += ": without a renewal they must re-enroll"
    said += f"; {renewing:,} of them have a renewal pending" if renewing else ""
    return said + (f"; {costs_text(costs)}" if (costs := costs_of(ends)) else "")


def dependence_document(one: Dependence, counts: Counts) -> Struct:
    """The document of a component that depends on a certificate."""
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
    """The title, with the part of the deployment if the title alone doesn't tell it."""
    title, place = need_title(need, name), GROUPS[need.group]
    return title if need.group is not Group.GATEWAY or title.startswith(place) else f"{place}'s {title}"


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


def reason_text(one: Consequence, certificate: str | None) -> str:
    """The reason of a consequence: ``#9 mdm.example.com has expired``; ``certificate`` names the cause."""
    what = certificate or ("the profile" if one.profile_id is not None else f"#{one.certificate_id}")
    match one.reason:
        case Reason.MISSING:
            return "nothing is bound"
        case Reason.REVOKED:
            return f"{what} was revoked"
        case Reason.NOT_YET_VALID:
            return f"{what} is not valid yet"
        case _:
            return f"{what} has expired"
