"""Forecasts as one page of HTML, for people who decide: no script, nothing is loaded, light and dark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from ...model.forecast import Forecast
from ...printable import printable
from ...words import minute
from .forecast import (
    best_of,
    by_cause,
    comparison,
    event_style,
    event_text,
    facts,
    headline,
    number,
    platforms_of,
    prevention_text,
    shown_figures,
)
from .forecast_plot import Line, plot

_STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--quiet:#5b6570;--page:#fff;--card:#f5f6f8;--rule:#d5dae0;--bad:#b3261e;
--ok:#1a7f37;--warning:#9a6700;--c0:#0b6bcb;--c1:#c4501b;--c2:#2f7d32;--c3:#8e24aa;--c4:#00838f;--c5:#ad1457;
--c6:#5d4037;--c7:#455a64}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ed;--quiet:#9aa5b1;--page:#14181d;--card:#1d232a;--rule:#38414b;
--bad:#ff8a80;--ok:#7ee08e;--warning:#f0c04a;--c0:#6cb6ff;--c1:#ff9f6b;--c2:#7fd184;--c3:#d19be8;--c4:#58cfdb;
--c5:#f48fb1;--c6:#c8a493;--c7:#a9bac4}}
body{margin:0 auto;padding:24px 16px 64px;max-width:1000px;background:var(--page);color:var(--ink);
font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.6em;margin:0}h2{font-size:1.25em;margin:2em 0 .3em;border-bottom:1px solid var(--rule)}
h3{font-size:1em;margin:1.4em 0 .2em}p{margin:.3em 0}.quiet,.axis{color:var(--quiet);fill:var(--quiet)}
.axis{font-size:11px}table{border-collapse:collapse;width:100%;margin:.6em 0}
th,td{padding:5px 8px;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top}
th{font-weight:600}td.number,th.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.when{white-space:nowrap}.bad{color:var(--bad)}.ok{color:var(--ok)}.warning{color:var(--warning)}
svg{width:100%;height:auto;background:var(--card);border-radius:6px}.grid{stroke:var(--rule)}
.line{fill:none}.legend{list-style:none;padding:0;margin:.2em 0;display:flex;flex-wrap:wrap;gap:2px 20px}
.key{display:inline-block;width:22px;border-top:3px solid;margin-right:7px;vertical-align:middle}
.dashed{border-top-style:dashed}.best{font-weight:700}.scroll{overflow-x:auto}
@media print{body{max-width:none}h2{break-after:avoid}svg,table{break-inside:avoid}}
"""


def forecasts_html(forecasts: Sequence[Forecast], name: str) -> str:
    """The page of the forecasts of a workspace: the comparison with its plots, then each plan."""
    first, title = forecasts[0], _text(f"Forecast of {name}")
    body = [
        f"<h1>{title}</h1>",
        f'<p class="quiet">From {minute(first.started_at)} to {minute(first.until)} UTC, by certfleet. A copy of the '
        "workspace was run ahead in memory; nothing was changed.</p>",
    ]
    if len(forecasts) > 1:
        body += ["<h2>Comparison</h2>", *(f"<p>{_text(said)}</p>" for said in comparison(forecasts))]
        body += _figures(forecasts)
    body += _plots(forecasts)
    for one in forecasts:
        body += _plan(one)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n<body>{chr(10).join(body)}</body></html>\n"
    )


def _figures(forecasts: Sequence[Forecast]) -> Iterator[str]:
    heads = "".join(f'<th class="number">{_text(one.name)}</th>' for one in forecasts)
    yield f'<div class="scroll"><table><tr><th></th>{heads}</tr>'
    for figure in shown_figures(forecasts):
        values = [figure.of(one) for one in forecasts]
        cells = "".join(
            f'<td class="number{" best" if is_best else ""}">{number(value)}</td>'
            for value, is_best in zip(values, best_of(figure, values), strict=True)
        )
        yield f"<tr><td>{_text(figure.words)}</td>{cells}</tr>"
    yield "</table></div>"


def _plots(forecasts: Sequence[Forecast]) -> Iterator[str]:
    several = len(forecasts) > 1
    yield "<h3>Devices in service</h3>"
    yield plot("Devices in service", [_line(one, place, "in_service") for place, one in enumerate(forecasts)])
    yield "<h3>Stranded devices</h3>"
    yield plot("Stranded devices", [_line(one, place, "stranded") for place, one in enumerate(forecasts)])
    groups = sorted({group for one in forecasts for day in one.days for group in day.groups})
    if groups:
        yield "<h3>Devices by CA group</h3>"
        yield plot(
            "Devices by CA group",
            [
                Line(
                    f"{one.name}, {group}" if several else group,
                    [(day.at, day.groups.get(group, 0)) for day in one.days],
                    place if several else number,
                    dashed=several and bool(number % 2),
                )
                for place, one in enumerate(forecasts)
                for number, group in enumerate(groups)
                if any(group in day.groups for day in one.days)
            ],
        )


def _line(forecast: Forecast, place: int, field: str) -> Line:
    return Line(forecast.name, [(day.at, getattr(day, field)) for day in forecast.days], place)


def _plan(forecast: Forecast) -> Iterator[str]:
    yield f"<h2>{_text(forecast.title or forecast.name)}</h2><p>{_text(headline(forecast))}</p>"
    if forecast.events:
        yield (
            '<div class="scroll"><table><tr><th>at (UTC)</th><th>what</th><th>platforms</th>'
            '<th class="number">devices</th></tr>'
        )
        for events in by_cause(forecast.events):
            for one in events:
                yield (
                    f'<tr><td class="when">{minute(one.at)}</td><td class="{event_style(one).value}">'
                    f"{_text(event_text(one))}</td><td>{_text(platforms_of(one))}</td>"
                    f'<td class="number">{one.devices:,}</td></tr>'
                )
            said = _text(events[0].cause)
            if not events[0].recovers:
                said += f"<br>{_text(prevention_text(events[0]))}"
            yield f'<tr><td></td><td colspan="3" class="quiet">{said}</td></tr>'
        yield "</table></div>"
    yield "<table>"
    for title, text in facts(forecast):
        yield f"<tr><th>{_text(title)}</th><td>{'<br>'.join(map(_text, text.splitlines()))}</td></tr>"
    yield "</table>"


def _text(text: str) -> str:
    """Names come from strangers."""
    return escape(printable(text))
