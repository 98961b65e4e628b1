"""Notices of endpoints: another certificate is served, an older one again, one that expires, or none for a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from ..components.naming import title_of
from ..components.needs import BY_ID
from ..consequences.landscape import Landscape
from ..inventory.expiry import ExpiryRules, expiry_rules
from ..model.certificate import Certificate
from ..model.component import Use
from ..model.endpoint import Failure
from ..model.expiry import ExpiryUse
from ..model.notice import Urgency
from ..model.sighting import Sighting
from ..served.watched_endpoints import Watched
from ..times import shifted
from ..words import day, minute, plural
from .due import Due
from .notice_times import NoticePeriod, moments, notice_periods

SILENT = timedelta(days=1)
"""So long an address gives no certificate before a notice says so."""
CHANGED, OLDER, EXPIRES, UNREACHABLE = (
    "endpoint-changed",
    "endpoint-older",
    "endpoint-expiry",
    "endpoint-unreachable",
)
_HERE = frozenset({Failure.NO_ROUTE, Failure.NOT_ALLOWED})
"""Failures of the machine that checks, not of the endpoint."""


class EndpointNotices:
    """The notices of all endpoints. Those of one that stays the same are not computed again."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Watched, tuple[object, ...], list[Due]]] = {}

    def of(self, landscape: Landscape, endpoints: Iterable[Watched]) -> list[Due]:
        """The notices, due or not yet."""
        rules, known = expiry_rules(landscape.site), dict[int, tuple[Watched, tuple[object, ...], list[Due]]]()
        for one in endpoints:
            rest = landscape.site.expiring, landscape.site.critical, landscape.served_id(one.component)
            before = self._known.get(one.endpoint.id)
            if before is None or before[0] is not one or before[1] != rest:
                before = one, rest, [*_changes(one), *_expiries(one, landscape, rules), *_silences(one)]
            known[one.endpoint.id] = before
        self._known = known
        return [due for _, _, found in known.values() for due in found]


def _changes(one: Watched) -> Iterator[Due]:
    """One notice for each certificate that addresses of the endpoint changed to at the same check."""
    together: dict[tuple[object, str], list[Sighting]] = {}
    for sighting in one.serving:
        if sighting.id in one.before:
            together.setdefault((sighting.since, sighting.fingerprint_sha256), []).append(sighting)
    for sightings in together.values():
        yield _change(one, sightings)


def _change(one: Watched, sightings: Sequence[Sighting]) -> Due:
    now, before = sightings[0], one.before[sightings[0].id]
    entry, former = one.entries.get(now.fingerprint_sha256), one.entries.get(before.fingerprint_sha256)
    where, served, was = _places(one, sightings), _named(now, entry), _named(before, former)
    key = f"{one.endpoint.id}:{now.fingerprint_sha256[:16]}:{now.since:%Y%m%dT%H%M%S}"
    bound = None if one.component is None else one.component.certificate_id
    text, kind, urgency = f"At {minute(now.since)} UTC {where} served {served}, no longer {was}.", CHANGED, Urgency.INFO
    if entry is not None and former is not None and _precedes(entry, former, one.entries):
        kind, urgency = OLDER, Urgency.URGENT
        title = f"{where} serves the older certificate {entry.id} again"
        text = f"{text} Somebody has put it back, or a node was missed. {_put_in_place(one)}"
    elif entry is not None and entry.id == bound and one.component is not None:
        title = f"{where} serves certificate {entry.id}"
        text = f"{text} That is the one that the {title_of(one.component)} uses."
    else:
        title = f"{where} serves another certificate"
        if one.component is not None and one.component.use is not Use.NOT_USED:
            urgency = Urgency.WARNING
            text = f"{text} {_put_in_place(one)}"
    until = now.since if urgency is Urgency.INFO else None
    return Due(
        at=now.since,
        until=until,
        key=f"{kind}:{key}",
        kind=kind,
        record=_record(one),
        title=title,
        text=text,
        urgency=urgency,
    )


def _put_in_place(one: Watched) -> str:
    component = one.component
    if component is None or component.certificate_id is None:
        return f"`certfleet endpoint show {one.endpoint.id}` says more."
    return (
        f"The {title_of(component)} should use certificate {component.certificate_id}: put that in place, and look "
        f"with `certfleet endpoint check {one.endpoint.id}`."
    )


def _precedes(entry: Certificate, other: Certificate, entries: Mapping[str, Certificate]) -> bool:
    """Whether ``other`` replaced ``entry``, directly or by others that were served."""
    following = {one.id: one.replaced_by for one in entries.values()}
    step, passed = entry.replaced_by, {entry.id}
    while step is not None and step not in passed:
        if step == other.id:
            return True
        passed.add(step)
        step = following.get(step)
    return entry.replaced_by is not None and other.replaced_by is None


def _expiries(one: Watched, landscape: Landscape, rules: ExpiryRules) -> Iterator[Due]:
    """The expiry of what is served. What counts for a component has the component's own notices."""
    if one.component is not None and one.component.use is Use.NOT_USED:
        return
    counted = landscape.served_id(one.component)
    by_fingerprint: dict[str, list[Sighting]] = {}
    for sighting in one.serving:
        entry = one.entries.get(sighting.fingerprint_sha256)
        if one.component is None or entry is None or entry.id != counted:
            by_fingerprint.setdefault(sighting.fingerprint_sha256, []).append(sighting)
    for fingerprint, sightings in by_fingerprint.items():
        first, entry = sightings[0], one.entries.get(fingerprint)
        assert first.not_before is not None and first.not_after is not None
        rule = rules[ExpiryUse.SERVER] if entry is None else rules.of(entry)
        periods = notice_periods(rule, first.not_after - first.not_before)
        for period, at in moments(first.not_after, min(each.since for each in sightings), periods):
            yield _expiry(one, sightings, entry, period, at)


def _expiry(
    one: Watched, sightings: Sequence[Sighting], entry: Certificate | None, period: NoticePeriod, at: datetime
) -> Due:
    first = sightings[0]
    assert first.not_after is not None
    where, end, component = _places(one, sightings), first.not_after, one.component
    lost = "clients refuse it"
    if component is not None and (need := BY_ID.get(component.need)) is not None:
        lost = "; ".join(effect.seen for effect in need.effects) or lost
    return Due(
        at=at,
        until=end,
        key=f"{EXPIRES}:{one.endpoint.id}:{first.fingerprint_sha256[:16]}:{period.key}",
        kind=EXPIRES,
        record=_record(one),
        title=f"The certificate that {where} serves expires on {day(end)}",
        text=f"{where} serves {_named(first, entry)}, which expires on {minute(end)} UTC. Then {lost}. "
        f"{_put_in_place(one)}",
        urgency=Urgency.URGENT if period.is_urgent else Urgency.WARNING,
    )


def _silences(one: Watched) -> Iterator[Due]:
    """Addresses that give no certificate; one by which there is no way from here says nothing, if others answer."""
    answering = bool(one.serving) and len(one.failing) < len({each.address for each in (*one.serving, *one.failing)})
    failing = [each for each in one.failing if not (answering and each.failure in _HERE)]
    if not failing:
        return
    first = min(failing, key=lambda each: (each.since, each.id))
    assert first.failure is not None
    said = f"It has given no certificate since {minute(first.since)} UTC: {first.failure.value}."
    if any(each.address == first.address for each in one.serving):
        said = f"{said} What it served last counts until then."
    yield Due(
        at=shifted(first.since, SILENT),
        key=f"{UNREACHABLE}:{one.endpoint.id}:{first.since:%Y%m%dT%H%M%S}",
        kind=UNREACHABLE,
        record=_record(one),
        title=f"{_places(one, failing)} can't be read for a day",
        text=f"{said} `certfleet endpoint check {one.endpoint.id}` tries again.",
        urgency=Urgency.WARNING,
    )


def _record(one: Watched) -> str:
    return f"endpoint:{one.endpoint.id}"


def _places(one: Watched, sightings: Sequence[Sighting]) -> str:
    """``gw.example.com:443``, or the addresses of it that are meant, if not all are."""
    if len(sightings) == len({each.address for each in (*one.serving, *one.failing)}):
        return one.endpoint.title
    return (
        one.where(sightings[0])
        if len(sightings) == 1
        else f"{one.endpoint.title} ({plural(len(sightings), 'address')})"
    )


def _named(sighting: Sighting, entry: Certificate | None) -> str:
    return f"{sighting.name} (not in the inventory)" if entry is None else f"certificate {entry.id} ({entry.name})"
