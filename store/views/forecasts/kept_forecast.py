"""A kept forecast: its document, and what it said beside what is known since, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from ...kept_forecasts.comparing import CERTIFICATES, NOW, ForecastComparison, group_shares
from ...model.kept_forecast import FleetLook, KeptForecast
from ...words import day, minute, plural

NONE_KEPT = "no forecast is kept: `certfleet forecast --for 30d --keep NAME` keeps one"


class ForecastComparisonDocument(Struct, frozen=True, kw_only=True):
    """What was said of a time, and what is known of it from ``source``: ``import 3``, ``certificates`` (by their
    dates of issue) or ``now``. The counts of CA groups are of devices that hold a certificate of each."""

    at: datetime
    source: str
    devices_said: int
    devices: int
    in_service_said: int | None
    in_service: int | None
    stranded_said: int | None
    stranded: int | None
    groups_said: dict[str, int]
    groups: dict[str, int]
    said: str


class KeptForecastDocument(Struct, frozen=True, kw_only=True):
    """A kept forecast, ``assumed`` of whose devices had their habits drawn. ``comparisons`` sets what is known beside
    what it said; empty in a list."""

    name: str
    plan: str
    title: str
    started_at: datetime
    until: datetime
    kept_at: datetime
    kept_by: str
    assumed: int
    comparisons: tuple[ForecastComparisonDocument, ...]


def kept_document(kept: KeptForecast, compared: Sequence[ForecastComparison] = ()) -> KeptForecastDocument:
    """The document of a kept forecast."""
    return KeptForecastDocument(
        name=kept.name,
        plan=kept.plan,
        title=kept.title,
        started_at=kept.started_at,
        until=kept.until,
        kept_at=kept.kept_at,
        kept_by=kept.kept_by,
        assumed=kept.assumed,
        comparisons=tuple(
            ForecastComparisonDocument(
                at=one.known.at,
                source=one.known.source,
                devices_said=one.said.devices,
                devices=one.known.devices,
                in_service_said=one.said.in_service,
                in_service=one.known.in_service,
                stranded_said=one.said.stranded,
                stranded=one.known.stranded,
                groups_said=one.said.groups,
                groups=one.known.groups,
                said=comparison_text(kept, one),
            )
            for one in compared
        ),
    )


def kept_text(kept: KeptForecast) -> str:
    """``rotation, from 2026-01-05 to 2026-03-06, kept by alice``."""
    return f"{kept.plan}, from {day(kept.started_at)} to {day(kept.until)}, kept by {kept.kept_by}"


def source_text(look: FleetLook) -> str:
    """What it is known from."""
    return {NOW: "now", CERTIFICATES: "certificates by date of issue"}.get(look.source, look.source)


def comparison_lines(kept: KeptForecast, compared: Sequence[ForecastComparison]) -> Iterator[str]:
    """Each time in a line."""
    for one in compared:
        yield f"{minute(one.known.at)}  {comparison_text(kept, one)} ({source_text(one.known)})"


def comparison_text(kept: KeptForecast, one: ForecastComparison) -> str:
    """``new CA group: said 94 % in 14 days, was 91 %; in service: said 312, was 305``."""
    days = plural(min(one.known.at - kept.started_at, kept.until - kept.started_at).days, "day")
    parts = [
        f"{title}: said {percent(said)} in {days}, was {percent(known)}"
        for title, said, known in group_shares(kept, one)
    ]
    if one.known.in_service is not None and one.said.in_service is not None:
        parts.append(f"in service: said {one.said.in_service:,}, was {one.known.in_service:,}")
    if one.known.stranded is not None and (one.said.stranded or one.known.stranded):
        parts.append(f"stranded: said {one.said.stranded or 0:,}, was {one.known.stranded:,}")
    return "; ".join(parts) or plural(one.known.devices, "device")


def percent(share: float) -> str:
    """``94 %``."""
    return f"{round(100 * share)} %"
