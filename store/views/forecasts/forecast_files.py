"""Forecasts as files: Markdown for a report, CSV for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...clock import rfc3339
from ...model.forecast import Forecast
from ...text_tables import csv_text, markdown_text
from ...words import minute
from .forecast import (
    by_cause,
    comparison,
    event_text,
    facts,
    headline,
    number,
    platforms_of,
    prevention_text,
    shown_figures,
)

COLUMNS = ("plan", "record", "at", "platforms", "what", "devices", "value", "cause", "prevent_by", "command")


def forecasts_markdown(forecasts: Sequence[Forecast], name: str) -> str:
    """Forecasts of the workspace of this name as Markdown: the comparison first, then each plan."""
    first = forecasts[0]
    lines = [
        f"# Forecast of {markdown_text(name)}",
        "",
        f"From {minute(first.started_at)} to {minute(first.until)} UTC.",
    ]
    if len(forecasts) > 1:
        lines += ["", "## Comparison", "", f"| | {' | '.join(markdown_text(one.name) for one in forecasts)} |"]
        lines.append(f"|---|{'--:|' * len(forecasts)}")
        for figure in shown_figures(forecasts):
            values = " | ".join(number(figure.of(one)) for one in forecasts)
            lines.append(f"| {markdown_text(figure.words)} | {values} |")
        lines += ["", *(f"- {markdown_text(sentence)}" for sentence in comparison(forecasts))]
    for one in forecasts:
        lines += ["", f"## {markdown_text(one.title or one.name)}", "", markdown_text(headline(one)), ""]
        if one.events:
            lines += ["| at (UTC) | what | platforms | devices | cause | prevent it |", "|---|---|---|--:|---|---|"]
        for events in by_cause(one.events):
            for event in events:
                step = "" if event.recovers else prevention_text(event).removeprefix("prevent it: ")
                cells = (event_text(event), platforms_of(event), f"{event.devices:,}", event.cause, step)
                lines.append(f"| {' | '.join(map(markdown_text, (minute(event.at), *cells)))} |")
        lines += ["", "| | |", "|---|---|"] if one.events else ["| | |", "|---|---|"]
        for title, text in facts(one):
            lines.append(f"| {markdown_text(title)} | {'<br>'.join(map(markdown_text, text.splitlines()))} |")
    return "\n".join(lines) + "\n"


def forecasts_csv(forecasts: Sequence[Forecast]) -> str:
    """The same as CSV (RFC 4180, with a header): a row per event, figure, day, and group of devices. Times are RFC
    3339, UTC. Cells can't be mistaken for formulas."""
    rows = ({"plan": one.name, **row} for one in forecasts for row in _rows(one))
    return csv_text(COLUMNS, ([row.get(name) for name in COLUMNS] for row in rows))


def _rows(forecast: Forecast) -> Iterator[dict[str, str | int]]:
    for figure in shown_figures([forecast]):
        yield {"record": "figure", "what": figure.name, "value": f"{figure.of(forecast):g}"}
    for spread in forecast.spread:
        for share, value in (("p5", spread.p5), ("p50", spread.p50), ("p95", spread.p95)):
            yield {"record": "spread", "what": f"{spread.name}.{share}", "value": f"{value:g}"}
    for event in forecast.events:
        yield {
            "record": "recovers" if event.recovers else event.level,
            "at": rfc3339(event.at),
            "platforms": " ".join(event.platforms),
            "what": event.capability,
            "devices": event.devices,
            "cause": event.cause,
            "prevent_by": "" if event.recovers else event.prevent_by,
            "command": "" if event.recovers else event.command or "",
        }
    for out in forecast.out:
        for record, devices in (("out", out.out), ("back", out.back)):
            if devices:
                yield {
                    "record": record,
                    "at": out.day.isoformat(),
                    "platforms": out.platform.value,
                    "what": out.reason.value,
                    "devices": devices,
                }
    for stranded in forecast.stranded:
        yield {
            "record": "stranded",
            "at": rfc3339(stranded.since),
            "platforms": stranded.platform.value,
            "what": stranded.reason.value,
            "devices": stranded.devices,
            "prevent_by": stranded.prevent_by,
            "command": stranded.command or "",
        }
    for notice in forecast.notices:
        yield {"record": "notice", "at": rfc3339(notice.at), "what": notice.kind, "cause": notice.title}
    for step in forecast.refused:
        yield {
            "record": "refused",
            "at": rfc3339(step.at),
            "what": step.action,
            "cause": f"{step.code}: {step.message}",
        }
    for day in forecast.days:
        yield {"record": "in-service", "at": rfc3339(day.at), "devices": day.in_service}
        yield {"record": "stranded-devices", "at": rfc3339(day.at), "devices": day.stranded}
        for group, devices in day.groups.items():
            yield {"record": "ca-group", "at": rfc3339(day.at), "what": group, "devices": devices}
