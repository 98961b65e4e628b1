"""Plots of forecasts over time, as SVG inside of a page: its colours are the page's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from typing import NamedTuple

from ...words import day

WIDTH, HEIGHT = 720, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 12, 28
COLOURS = 8
"""How many lines differ in colour: the page has ``--c0`` to ``--c7``."""


class Line(NamedTuple):
    """A named number over time. ``dashed`` sets it apart from a line of the same ``colour``."""

    name: str
    points: Sequence[tuple[datetime, int]]
    colour: int
    dashed: bool = False


def plot(title: str, lines: Sequence[Line]) -> str:
    """Lines over time with axes and a legend; numbers hold until the next point."""
    begin, end = lines[0].points[0][0], lines[0].points[-1][0]
    highest = _round_up(max((value for line in lines for _, value in line.points), default=0))
    span = (end - begin).total_seconds() or 1.0

    def x(at: datetime) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * (at - begin).total_seconds() / span

    def y(value: float) -> float:
        return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / highest

    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">',
        *(_level(y(value), value) for value in (0, highest // 2, highest)),
        *(_date(x(at), at) for at in _dates(begin, end)),
    ]
    for place, line in enumerate(lines):
        points = [f"{x(line.points[0][0]):.1f},{y(line.points[0][1]):.1f}"]
        for (_, before), (at, value) in zip(line.points, line.points[1:], strict=False):
            points += [f"{x(at):.1f},{y(before):.1f}", f"{x(at):.1f},{y(value):.1f}"]
        # A line shows on both sides of one that is drawn over it.
        width = 2 + 3 * (len(lines) - 1 - place) / max(1, len(lines) - 1)
        style = f"stroke:var(--c{line.colour % COLOURS});stroke-width:{width:g}"
        style += ";stroke-dasharray:5 4" if line.dashed else ""
        said = f"<title>{escape(line.name)}</title>"
        parts.append(f'<polyline class="line" style="{style}" points="{" ".join(points)}">{said}</polyline>')
    parts.append("</svg>")
    return "".join(parts) + _legend(lines)


def _legend(lines: Sequence[Line]) -> str:
    items = []
    for line in lines:
        kind, colour = "key dashed" if line.dashed else "key", f"border-color:var(--c{line.colour % COLOURS})"
        said = f"{escape(line.name)}: {line.points[-1][1]:,} at the end"
        items.append(f'<li><span class="{kind}" style="{colour}"></span>{said}</li>')
    return f'<ul class="legend">{"".join(items)}</ul>'


def _level(y: float, value: int) -> str:
    line = f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
    return f'{line}<text class="axis" text-anchor="end" x="{_LEFT - 8}" y="{y + 4:.1f}">{value:,}</text>'


def _date(x: float, at: datetime) -> str:
    return f'<text class="axis" text-anchor="middle" x="{x:.1f}" y="{HEIGHT - 8}">{day(at)}</text>'


def _dates(begin: datetime, end: datetime) -> list[datetime]:
    """Five dates, those at the edges a little inside."""
    span = end - begin
    return [begin + span * share for share in (0.06, 0.28, 0.5, 0.72, 0.94)] if span > timedelta(days=5) else [begin]


def _round_up(value: int) -> int:
    """A round number from this one on, and an even one."""
    size = 1
    while True:
        for step in (2, 4, 6, 8, 10):
            if value <= step * size:
                return step * size
        size *= 10
