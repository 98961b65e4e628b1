"""A forecast: its document, its words, and the comparison of several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from ...components.capabilities import CAPABILITIES, Capability, Level
from ...model.forecast import Forecast, ForecastEvent, OutReason, Peak, PersonAction, Spread
from ...model.notice import Urgency
from ...words import day, minute, plural
from ..documents import document, document_type
from ..platforms import by_platform, platforms_text
from ..styles import Style

REASONS = {
    OutReason.CERTIFICATE_EXPIRED: "certificate expired",
    OutReason.PUSH_LOST: "push lost",
    OutReason.SSL_ERROR_61: "SSL Error 61",
}

PUSH = "push"
"""What an outage of a push service stops, in the place of a capability: no certificate is its cause."""

ForecastDocument = document_type("ForecastDocument", Forecast, "A plan, and what it leads to.", first=("name", "title"))


class ForecastsDocument(Struct, frozen=True, kw_only=True):
    """The forecasts of one workspace, a plan each, from now to ``until``. ``comparison`` says of each plan in a
    sentence what it is better and worse in."""

    started_at: datetime
    until: datetime
    plans: tuple[ForecastDocument, ...]
    comparison: tuple[str, ...]


def forecasts_document(forecasts: Sequence[Forecast]) -> ForecastsDocument:
    """The document of forecasts that begin at one time."""
    return ForecastsDocument(
        started_at=forecasts[0].started_at,
        until=forecasts[0].until,
        plans=tuple(document(ForecastDocument, one) for one in forecasts),
        comparison=tuple(comparison(forecasts)),
    )


class Figure(NamedTuple):
    """A number of a forecast, of which less is better: its name in JSON and in words."""

    name: str
    words: str
    of: Callable[[Forecast], float]


def stops(forecast: Forecast) -> int:
    """How often something stops."""
    return sum(not one.recovers and one.level == Level.STOPPED for one in forecast.events)


def stranded(forecast: Forecast) -> int:
    """The devices that need a person at the end."""
    return sum(one.devices for one in forecast.stranded)


def went_out(forecast: Forecast) -> int:
    """How many times a device went out of service."""
    return sum(one.out for one in forecast.out)


def urgent(forecast: Forecast) -> int:
    """The urgent notices."""
    return sum(one.urgency == Urgency.URGENT for one in forecast.notices)


def re_enrolled(forecast: Forecast) -> int:
    """The devices that their users re-enroll."""
    return sum(one.count for one in forecast.actions if one.kind == "re-enrolled")


def new_groups(forecast: Forecast) -> dict[str, int]:
    """How many devices hold a certificate of each CA group that came into use meanwhile, at the end."""
    first, last = forecast.days[0].groups, forecast.days[-1].groups
    return {name: count for name, count in last.items() if name not in first}


def left_behind(forecast: Forecast) -> int:
    """The devices that hold a certificate of a CA group from before at the end."""
    return sum(forecast.days[-1].groups.values()) - sum(new_groups(forecast).values())


def _days_lost(capability: Capability) -> Callable[[Forecast], float]:
    return lambda forecast: forecast.device_days_lost.get(capability.value, 0.0)


_LEFT_BEHIND = "left_behind"
FIGURES = (
    Figure("stops", "stops", stops),
    Figure("went_out", "devices that go out of service", went_out),
    Figure("stranded", "stranded devices at the end", stranded),
    *(
        Figure(f"device_days_lost.{capability}", f"device-days without {words}", _days_lost(capability))
        for capability, words in CAPABILITIES.items()
    ),
    Figure(_LEFT_BEHIND, "devices left on an older CA group", left_behind),
    Figure("renewals", "renewals", lambda one: one.renewals),
    Figure("peak_renewals", "renewals in the busiest hour", lambda one: one.peak_renewals.count),
    Figure("enrollments", "enrollments", lambda one: one.enrollments),
    Figure("peak_enrollments", "enrollments in the busiest hour", lambda one: one.peak_enrollments.count),
    Figure("re_enrolled", "devices that users re-enroll", re_enrolled),
    Figure("urgent_notices", "urgent notices", urgent),
    Figure("refused", "refused actions", lambda one: len(one.refused)),
)
"""The numbers that plans are compared by."""
_NO_MERIT = ("renewals", "enrollments")
"""Numbers of which neither more nor less is better."""
_SAME = 0.05
"""Plans whose numbers differ by a smaller share than this are not said to be better or worse in them."""


def shown_figures(forecasts: Sequence[Forecast]) -> list[Figure]:
    """The figures that are not 0 in all of the forecasts. Where none brings a new CA group, nobody is left behind."""
    left_out = () if any(map(new_groups, forecasts)) else (_LEFT_BEHIND,)
    return [one for one in FIGURES if one.name not in left_out and any(map(one.of, forecasts))]


def comparison(forecasts: Sequence[Forecast]) -> Iterator[str]:
    """Of each of several plans, a sentence: what it is best and worst in, by 5 % at least."""
    if len(forecasts) < 2:
        return
    judged = [figure for figure in shown_figures(forecasts) if figure.name not in _NO_MERIT]
    for one in forecasts:
        best, worst = [], []
        for figure in judged:
            value, others = figure.of(one), [figure.of(other) for other in forecasts if other is not one]
            said = f"{figure.words} ({number(value)}; {against(others)})"
            if all(value < other * (1 - _SAME) for other in others):
                best.append(said)
            elif all(other < value * (1 - _SAME) for other in others):
                worst.append(said)
        if not (best or worst):
            yield f"{one.name} is nowhere the best and nowhere the worst."
            continue
        parts = ([f"is better in {', '.join(best)}"] if best else []) + (
            [f"is worse in {', '.join(worst)}"] if worst else []
        )
        yield f"{one.name} {'; it '.join(parts)}."


def best_of(figure: Figure, values: Sequence[float]) -> list[bool]:
    """Which of the values of several plans are the best ones, as they are shown; none if all are alike."""
    shown = [number(value) for value in values]
    if figure.name in _NO_MERIT or len({*shown}) == 1:
        return [False] * len(shown)
    return [text == number(min(values)) for text in shown]


def against(values: Sequence[float]) -> str:
    """``62 with the other``."""
    if len(values) == 1:
        return f"{number(values[0])} with the other"
    return f"{', '.join(map(number, values))} with the others"


def number(value: float) -> str:
    """``1,790``, ``0.25``."""
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:,.2f}"


# A forecast in words


def headline(forecast: Forecast) -> str:
    """``90 days from 2026-01-05: 500 devices, 537 at the end, 474 of them in service``."""
    length = plural((forecast.until - forecast.started_at).days, "day")
    end = f"{forecast.devices_at_end:,} at the end, {forecast.in_service_at_end:,} of them in service"
    return f"{length} from {minute(forecast.started_at)} UTC: {plural(forecast.devices, 'device')}, {end}"


def by_cause(events: Sequence[ForecastEvent]) -> list[list[ForecastEvent]]:
    """What stops or recovers at one time by one cause, together; in order of time."""
    causes: dict[tuple[datetime, str, bool], list[ForecastEvent]] = {}
    for one in events:
        causes.setdefault((one.at, one.cause, one.recovers), []).append(one)
    return list(causes.values())


def event_text(one: ForecastEvent) -> str:
    """``stops: enrolling devices``."""
    what = stopped_text(one)
    if one.recovers:
        return f"works again: {what}"
    return f"{'stops' if one.level == Level.STOPPED else 'becomes unreliable'}: {what}"


def stopped_text(one: ForecastEvent) -> str:
    """``enrolling devices``; ``pushing to devices``."""
    return "pushing to devices" if one.capability == PUSH else CAPABILITIES[Capability(one.capability)]


def event_style(one: ForecastEvent) -> Style:
    """Its style."""
    return Style.OK if one.recovers else Style.BAD if one.level == Level.STOPPED else Style.WARNING


def prevention_text(one: ForecastEvent) -> str:
    """``prevent it: replace #5 by a newer certificate (`certfleet …`)``."""
    return f"prevent it: {one.prevent_by}" + (f" (`{one.command}`)" if one.command else "")


def platforms_of(one: ForecastEvent) -> str:
    """``iOS, macOS``."""
    return platforms_text(one.platforms)


def facts(forecast: Forecast) -> Iterator[tuple[str, str]]:
    """Everything but the dated events: pairs of a name and its lines."""
    if forecast.stopped_before:
        yield "stopped already", "\n".join(_lasting(forecast.stopped_before))
    if lines := list(_out_lines(forecast)):
        yield "out of service", "\n".join(lines)
    yield "stranded", "\n".join(stranded_lines(forecast))
    if lost := forecast.device_days_lost:
        said = (f"{CAPABILITIES[Capability(name)]}: {number(days)}" for name, days in lost.items())
        yield "device-days without", "\n".join(said)
    yield "renewals", f"{forecast.renewals:,}{_at_most(forecast.peak_renewals)}"
    yield "enrollments", f"{forecast.enrollments:,}{_at_most(forecast.peak_enrollments)}"
    if groups := new_groups(forecast):
        on = ", ".join(f"{plural(count, 'device')} on {name}" for name, count in groups.items())
        yield "CA groups", f"{on} at the end, {left_behind(forecast):,} left on an older one"
    yield "notices", "\n".join(_notice_lines(forecast))
    if forecast.actions:
        yield (
            "people",
            "\n".join(one.said if one.at is None else f"{one.said} ({day(one.at)})" for one in forecast.actions),
        )
    if forecast.performed or forecast.refused:
        yield "plan", f"{plural(forecast.performed, 'action')} carried out, {len(forecast.refused)} refused"
    if forecast.refused:
        yield (
            "refused",
            "\n".join(
                f"{minute(one.at)} {one.action} (line {one.line}): {one.code}: {one.message}"
                for one in forecast.refused
            ),
        )
    if forecast.spread:
        yield "spread", "\n".join(spread_text(one) for one in forecast.spread)
    yield "rests on", "\n".join(assumption_lines(forecast))


def _lasting(events: Sequence[ForecastEvent]) -> Iterator[str]:
    for one in events:
        yield f"{stopped_text(one)}, since {day(one.at)}: {one.cause}"


def _out_lines(forecast: Forecast) -> Iterator[str]:
    for reason in OutReason:
        own = [one for one in forecast.out if one.reason is reason]
        out, back = sum(one.out for one in own), sum(one.back for one in own)
        if out or back:
            when = f"{day(own[0].day)} to {day(own[-1].day)}"
            yield f"{REASONS[reason]}: {plural(out, 'device')} out, {back:,} back ({when})"


def stranded_lines(forecast: Forecast) -> list[str]:
    """Who needs a person at the end, and what would have prevented it."""
    if not forecast.stranded:
        return ["nobody"]
    counts = Counter[str]()
    for one in forecast.stranded:
        counts[one.platform.value] += one.devices
    lines = [f"{plural(stranded(forecast), 'device')}: {by_platform(counts)}"]
    for one in forecast.stranded:
        said = f"{by_platform({one.platform.value: one.devices})}: {REASONS[one.reason]}, the first on {day(one.since)}"
        lines.append(f"{said}; prevent it: {one.prevent_by}")
    return lines


def _at_most(peak: Peak) -> str:
    return "" if peak.at is None else f", at most {peak.count:,} an hour ({minute(peak.at)})"


def action_text(one: PersonAction) -> str:
    """What people do, and when it begins if that is known."""
    return one.said if one.at is None else f"{one.said} ({day(one.at)})"


def _notice_lines(forecast: Forecast) -> Iterator[str]:
    if not forecast.notices:
        yield "none"
        return
    yield f"{plural(len(forecast.notices), 'notice')}, {urgent(forecast)} of them urgent"
    for kind, count in Counter(one.kind for one in forecast.notices).items():
        first = next(one for one in forecast.notices if one.kind == kind)
        yield f"{kind}: {count}, the first on {day(first.at)}: {first.title}"


def spread_text(one: Spread) -> str:
    """``stranded devices at the end: 41 to 68, mostly about 55``."""
    words = next(figure.words for figure in FIGURES if figure.name == one.name)
    return f"{words}: {number(one.p5)} · {number(one.p50)} · {number(one.p95)}"


def assumption_lines(forecast: Forecast) -> list[str]:
    """What the numbers rest on."""
    assumed, lines = forecast.assumptions, []
    if assumed.drawn_habits:
        lines.append(
            f"habits assumed for {plural(assumed.drawn_habits, 'device')}: those of their platform, by their ids"
        )
    if assumed.taken_for_gone:
        lines.append(f"{plural(assumed.taken_for_gone, 'device')} silent for 90 days: taken not to come back")
    if assumed.assumed_ends:
        lines.append(f"the end of the certificates of {plural(assumed.assumed_ends, 'device')} is not known: assumed")
    if assumed.endpoints:
        lines.append(
            f"what {plural(assumed.endpoints, 'endpoint')} will serve: an operator puts in place what is bound, as the "
            "site's settings say"
        )
    if forecast.spread:
        lines.append("the spread is over other choices of devices and owners: 5th · 50th · 95th percentile")
    if assumed.resting:
        lines.append(f"they decide: {', '.join(name.replace('_', ' ') for name in assumed.resting)}")
    return lines or ["the fleet's own habits; its workspace will see the same"]
