"""What expires in the next 90 days, on an axis of weeks: marks with counts, special ones if something stops, and names
below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from rich.style import Style
from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

from ...store.model.certificate import Status
from ...store.views.certificate import STATUS_SYMBOLS
from ..certificates.certificate_rows import CertificateRow
from ..components.fitted_text import fit
from ..components.text_styles import STATUS_TONES, Tone, style_of

DAYS = 90
NAME_ROOM = 34
LABEL_ROOM = 20  # to the right of the axis, for the names of what expires last
STOPS = "▼"


class Expiring(Protocol):
    """A certificate, or something else that expires."""

    @property
    def days(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def status(self) -> Status: ...


@dataclass(frozen=True)
class Coming:
    """An expiry that stops something; ``certificate_id`` None: not of a certificate."""

    days: int
    name: str
    status: Status
    certificate_id: int | None = None


@dataclass
class TimelineMark:
    """What expires in one column of the axis, earliest first. ``stops``: something stops with it."""

    column: int
    rows: list[Expiring]
    stops: bool = False

    @property
    def label(self) -> str:
        """The days, the first name, and the number of further ones."""
        more = f" +{len(self.rows) - 1}" if len(self.rows) > 1 else ""
        return f"{self.rows[0].days} d  {fit(self.rows[0].name, min(len(self.rows[0].name), NAME_ROOM))}{more}"


@dataclass
class TimelineLabel:
    """A mark's label on a line below the axis; line 0 is right below it."""

    mark: TimelineMark
    line: int
    text: str


def gather(
    rows: Sequence[Expiring], width: int, least: int = 2, *, stopping: Sequence[Expiring] = ()
) -> list[TimelineMark]:
    """Collect what expires into marks at least ``least`` cells apart, on an axis of ``width`` cells; something stops
    with those in ``stopping``."""
    marks: list[TimelineMark] = []
    for row in sorted(rows, key=lambda row: row.days):
        column = min(width - 1, row.days * (width - 1) // DAYS)
        if marks and column - marks[-1].column < least:
            marks[-1].rows.append(row)
        else:
            marks.append(TimelineMark(column, [row]))
        marks[-1].stops |= row in stopping
    return marks


def place(marks: Sequence[TimelineMark], width: int, lines: int) -> list[TimelineLabel]:
    """Labels that don't cover each other's connectors; the earliest expiries get theirs first."""
    for count in range(len(marks), 0, -1):
        labels: list[TimelineLabel] = []
        for mark in reversed(marks[:count]):
            text = fit(mark.label, min(len(mark.label), max(8, width - mark.column - 2)))
            end = mark.column + 2 + len(text)
            below = [label.line for label in labels if label.mark.column <= end]
            labels.append(TimelineLabel(mark, max(below) + 1 if below else 0, text))
        if max(label.line for label in labels) < lines:
            return labels
    return []


def _lines_for(marks: Sequence[TimelineMark], width: int) -> int:
    """The number of lines for all labels."""
    return max((label.line + 1 for label in place(marks, width, 99)), default=0)


class Timeline(Widget):
    """The next 90 days; ``show`` gives it the rows that expire in them, and what stops."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: list[Expiring] = []
        self._stopping: list[Expiring] = []
        self._now: datetime | None = None

    def show(
        self,
        rows: Sequence[CertificateRow],
        now: datetime,
        coming: Sequence[Coming] = (),
        others: Sequence[Expiring] = (),
    ) -> None:
        """Draw these rows, as of ``now``. Only those that are still valid have a place on it. ``coming`` is what
        stops: by the end of one of the rows, or of something that isn't among them. ``others`` end
        too, and aren't entries of the inventory."""
        before = self._wanted_height, self.render()
        by_id = {
            row.id: row for row in rows if 0 <= row.days <= DAYS and row.status not in (Status.REPLACED, Status.EXPIRED)
        }
        self._stopping = [by_id.get(one.certificate_id or 0, one) for one in coming]
        self._rows = [*by_id.values(), *others, *(one for one in self._stopping if isinstance(one, Coming))]
        self._now = now
        if before != (self._wanted_height, self.render()):
            self.refresh(layout=True)

    @property
    def _wanted_height(self) -> int:
        return self.get_content_height(self.container_size, self.app.size, self.size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 3 + _lines_for(self._gathered(width), width)

    def _gathered(self, width: int) -> list[TimelineMark]:
        return gather(self._rows, self._axis(width), stopping=self._stopping)

    def _axis(self, width: int) -> int:
        return max(26, width - LABEL_ROOM)

    def render(self) -> Text:
        width, height = self.size
        if self._now is None or height < 3:
            return Text()
        axis = self._axis(width)
        marks = self._gathered(width)
        lines = [self._dates(axis), self._ruler(axis), self._marks(marks)]
        if not self._rows:
            lines[2] = Text(f"Nothing expires in the next {DAYS} days.", style_of(self.app, Tone.DIM))
        else:
            lines += self._labels(marks, width, height - 3)
        return Text("\n").join(lines[:height])

    def _column(self, days: int, axis: int) -> int:
        return days * (axis - 1) // DAYS

    def _dates(self, axis: int) -> Text:
        assert self._now is not None
        line = [" "] * (axis + 8)
        end = 0
        for days in range(0, DAYS + 1, 7):
            at = self._column(days, axis)
            date = self._now + timedelta(days=days)
            text = "today" if days == 0 else f"{date.day} {date:%b}"
            if at >= end:
                line[at : at + len(text)] = text
                end = at + len(text) + 2
        return Text("".join(line).rstrip(), style_of(self.app, Tone.DIM))

    def _ruler(self, axis: int) -> Text:
        weeks = {self._column(days, axis) for days in range(0, DAYS + 1, 7)}
        ruler = "".join("┴" if at in weeks else "─" for at in range(axis))
        return Text("├" + ruler[1:], style_of(self.app, Tone.TRACK))

    def _marks(self, marks: Sequence[TimelineMark]) -> Text:
        line = Text()
        for at, mark in enumerate(marks):
            line.append(" " * (mark.column - line.cell_len))
            first = mark.rows[0]
            room = (marks[at + 1].column if at + 1 < len(marks) else mark.column + 4) - mark.column
            count = str(len(mark.rows)) if len(mark.rows) > 1 else ""
            text = (STOPS if mark.stops else STATUS_SYMBOLS[first.status]) + (count if len(count) < room else "")
            line.append(text, self._tone(first))
        return line

    def _labels(self, marks: Sequence[TimelineMark], width: int, lines: int) -> list[Text]:
        labels = place(marks, width, lines)
        drawn = []
        for number in range(max((label.line for label in labels), default=-1) + 1):
            line = Text()
            for label in sorted(labels, key=lambda label: label.mark.column):
                if label.line < number:
                    continue
                line.append(" " * (label.mark.column - line.cell_len))
                if label.line == number:
                    line.append("└ ", style_of(self.app, Tone.TRACK)).append(label.text, self._tone(label.mark.rows[0]))
                else:
                    line.append("│", style_of(self.app, Tone.TRACK))
            drawn.append(line)
        return drawn

    def _tone(self, row: Expiring) -> Style:
        return style_of(self.app, STATUS_TONES[row.status])
