"""A stacked plot over time, in character cells: how many devices work with a certificate of each CA group."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from rich.style import Style
from rich.text import Text
from textual.app import App
from textual.color import Color
from textual.widget import Widget

from ...store.printable import printable
from ...store.words import minute
from .group_marks import GroupMark
from .text_styles import Tone, style_of, styled

BLOCKS = " ▁▂▃▄▅▆▇█"
WHOLE = BLOCKS[-1]
STEADY = timedelta(hours=6)
_DENSITY = {"░": 0.25, "▒": 0.5, "▓": 0.75, WHOLE: 1.0}


class Point(NamedTuple):
    """The number of devices of each group at a time."""

    at: datetime
    groups: Mapping[str, int]


def column_cells(counts: Sequence[int], fills: Sequence[str], most: int, height: int) -> list[tuple[int, str]]:
    """One column of the plot, from the bottom: per cell the series that it shows (-1 for none), and the character.

    The first series stands on the axis; ``most`` fills the height. Every count above zero is visible, as far as there
    is room: series of whole blocks in eighths of a cell, others in whole cells.
    """
    cells: list[tuple[int, str]] = []
    above = sum(1 for count in counts if count)
    below = 0
    for number, (count, fill) in enumerate(zip(counts, fills, strict=True)):
        if not count:
            continue
        above -= 1
        below += count
        top = round(below * height * 8 / max(most, 1))  # in eighths of a cell
        top = max(len(cells) * 8 + 1, min(top, (height - above) * 8))
        end = top // 8 if fill == WHOLE else max(len(cells) + 1, round(top / 8))
        cells += [(number, fill)] * (end - len(cells))
        if fill == WHOLE and top % 8:
            cells.append((number, BLOCKS[top % 8]))
    return (cells + [(-1, " ")] * height)[:height]


def sampled(points: Sequence[Point], width: int) -> list[Point]:
    """``width`` points, evenly spaced from the first time to the last.

    Between two known points the numbers change linearly within the last ``STEADY`` before the later one: the simulator
    takes a sample that soon after a change.
    """
    if not points:
        return []
    times = [point.at for point in points]
    whole = times[-1] - times[0]
    found = []
    for column in range(width):
        at = times[0] + whole * column / (width - 1) if width > 1 else times[-1]
        after = bisect_left(times, at)
        found.append(points[0] if after == 0 else _between(points[after - 1], points[min(after, len(points) - 1)], at))
    return found


def _between(before: Point, after: Point, at: datetime) -> Point:
    start = max(before.at, after.at - STEADY)
    if at <= start or after.at == start:
        return Point(at, before.groups if at <= start else after.groups)
    share = min(1.0, (at - start) / (after.at - start))
    names = {**before.groups, **after.groups}
    change = {name: after.groups.get(name, 0) - before.groups.get(name, 0) for name in names}
    return Point(at, {name: before.groups.get(name, 0) + round(change[name] * share) for name in names})


class StackedPlot(Widget):
    """``show`` gives it the points and the groups' marks, each oldest first. The newest group is at the bottom."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._points: Sequence[Point] = ()
        self._marks: list[GroupMark] = []

    def show(self, points: Sequence[Point], marks: dict[str, GroupMark]) -> None:
        """Draw these points."""
        self._points = points
        self._marks = list(reversed(marks.values()))
        self.refresh()

    def render(self) -> Text:
        width, height = self.size
        if not self._points:
            return styled(self.app, ("Nothing to draw yet: the fleet's history begins with its first day.", Tone.DIM))
        most = max(1, *(sum(point.groups.values()) for point in self._points))
        labels = len(f"{most:,}")
        room, rows = width - labels - 2, height - 2
        if room < 8 or rows < 2:
            return Text()
        lines = self._area(most, labels, room, rows)
        return Text("\n", no_wrap=True).join([*lines, self._axis(labels, room), self._dates(labels, room)])

    def _area(self, most: int, labels: int, room: int, rows: int) -> list[Text]:
        app, fills = self.app, [mark.fill for mark in self._marks]
        columns = [
            column_cells([point.groups.get(mark.name, 0) for mark in self._marks], fills, most, rows)
            for point in sampled(self._points, room)
        ]
        lines = []
        for row in reversed(range(rows)):
            label = {rows - 1: f"{most:,}", rows // 2 - 1: f"{most // 2:,}"}.get(row, "") if rows > 3 else ""
            line = styled(app, (label.rjust(labels), Tone.DIM), ("│" if not label else "┤", Tone.TRACK))
            for (number, behind), text in _runs(_look(column, row) for column in columns):
                line.append(text, self._style(number, behind))
            lines.append(line)
        return lines

    def _style(self, number: int, behind: int) -> Style:
        """The tone of a series; a partly filled cell gets the colour behind it as its background."""
        style = Style.null() if number < 0 else style_of(self.app, self._marks[number].tone)
        other = None if behind < 0 else style_of(self.app, self._marks[behind].tone).color
        if other is None or other.triplet is None:
            return style
        ground = self.background_colors[1]
        mixed = ground.blend(Color.from_rich_color(other), _DENSITY[self._marks[behind].fill])
        return style + Style(bgcolor=mixed.rich_color)

    def _axis(self, labels: int, room: int) -> Text:
        return styled(self.app, ("0".rjust(labels), Tone.DIM), ("└" + "─" * room, Tone.TRACK))

    def _dates(self, labels: int, room: int) -> Text:
        first, last = self._points[0].at, self._points[-1].at
        left, right = minute(first)[5:], minute(last)[5:]
        text = left + " " * (room - len(left) - len(right))
        if room > 60:
            middle = minute(first + (last - first) / 2)[5:]
            at = (room - len(middle)) // 2
            text = text[:at] + middle + text[at + len(middle) :]
        return styled(self.app, (" " * (labels + 1) + text + right, Tone.DIM))


def legend(app: App[object], marks: dict[str, GroupMark], groups: Mapping[str, int]) -> Text:
    """The groups' fills and present counts; of groups without devices only the newest."""
    text = Text(no_wrap=True, overflow="ellipsis")
    for number, mark in enumerate(reversed(marks.values())):
        if number and not groups.get(mark.name):
            continue
        text.append(f"{mark.fill * 2} {printable(mark.name)}", style_of(app, mark.tone))
        text.append(f" {groups.get(mark.name, 0):,}   ")
    return text


def _look(column: Sequence[tuple[int, str]], row: int) -> tuple[tuple[int, int], str]:
    """A cell: its series, the series behind it if it is partly filled (-1 for none), and its character."""
    number, character = column[row]
    behind = column[row + 1][0] if character in BLOCKS[1:-1] and row + 1 < len(column) else -1
    return (number, behind), character


def _runs(cells: Iterable[tuple[tuple[int, int], str]]) -> Iterator[tuple[tuple[int, int], str]]:
    for look, run in groupby(cells, key=itemgetter(0)):
        yield look, "".join(character for _, character in run)
