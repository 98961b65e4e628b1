"""The checklist as table lines: the parts of a deployment, each followed by its needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import inf
from typing import ClassVar
from zlib import crc32

from textual.binding import BindingType

from ...store.checklist.checklist import group_title
from ...store.checklist.checklist_row import ChecklistRow, Mark
from ...store.checklist.row_counts import RowProblem, counts_of
from ...store.components.capabilities import Level
from ...store.components.needs import BY_ID, Group
from ...store.model.component import Component
from ...store.printable import printable
from ...store.views.certificate import certificate_title
from ...store.views.consequence import LEVEL_SYMBOLS
from ..certificates.certificate_rows import CertificateRow as Entry
from ..components.days_left_bar import EMPTY, FULL, cells_left
from ..components.fitted_text import fit_end
from ..components.text_styles import Tone
from ..lists.arrangement import Order
from ..lists.columns import Column
from ..lists.fixed_table import FixedTable
from ..lists.list_keys import moving_keys
from ..shell.keys.keys import bound
from .wording import (
    GROUP_NAMES,
    LEVEL_TONES,
    capabilities_text,
    short_name,
    standing_text,
    standing_tone,
    title_of_row,
    would_stop,
)

BAR = 12
_NEED_PLACES = {id: place for place, id in enumerate(BY_ID, 1)}
_ROOM = 1_000_000_000  # ids of one need


@dataclass(slots=True, frozen=True)
class ChecklistLine:
    """A part of the deployment if ``row`` is None, otherwise one need with one component.

    ``needs`` are the lines of the part. ``named`` is the end of ``name`` that tells it from others with the same need.
    ``haystack`` is the lower-case text that words of a filter are matched against.
    """

    id: int
    group: Group
    row: ChecklistRow | None
    name: str
    certificate: str
    status: str = ""
    tone: Tone = Tone.DIM
    days: str = ""
    bar: str = ""
    stops: str = ""
    stops_tone: Tone = Tone.DIM
    devices: str = ""
    haystack: str = ""
    named: str = ""
    needs: tuple[ChecklistLine, ...] = field(default=(), repr=False)

    @property
    def cell_tone(self) -> Tone | None:
        """The tone of the certificate's cell: dim if nothing is bound, and in a part's line."""
        return Tone.DIM if self.row is None or (self.row.certificate is None and self.row.profile is None) else None


def lines_of(rows: Sequence[ChecklistRow], entries: Mapping[int, Entry]) -> list[ChecklistLine]:
    """The lines of these rows, which are ordered as the needs are; ``entries`` are the inventory's."""
    lines: list[ChecklistLine] = []
    for number, (group, found) in enumerate(groupby(rows, key=lambda row: row.need.group), 1):
        own = list(found)
        needs = tuple(_line(row, entries) for row in own)
        lines += [_heading(-number, group, needs, counts_of(own)), *needs]
    return lines


def line_id(component: Component) -> int:
    """The id of a component's line."""
    return _NEED_PLACES[component.need] * _ROOM + component.id * 2


def _line_id(row: ChecklistRow) -> int:
    if row.component is not None:
        return line_id(row.component)
    own = row.certificate.id * 2 + 1 if row.derived and row.certificate is not None else 0
    if row.worry or row.authority_group is not None:
        own = crc32((row.worry or row.authority_group or "").encode()) % _ROOM
    return _NEED_PLACES[row.need.id] * _ROOM + own


def _heading(
    id: int, group: Group, needs: tuple[ChecklistLine, ...], counts: Mapping[RowProblem, int]
) -> ChecklistLine:
    """A part's line: its name, and in each column the number of needs with a problem of that kind."""
    said = {problem: f"{count:,} {problem}" for problem, count in counts.items()}
    stops, level = said.get(RowProblem.STOPPED), Level.STOPPED
    if stops is None:
        stops, level = said.get(RowProblem.DEGRADED, ""), Level.DEGRADED
    return ChecklistLine(
        id=id,
        group=group,
        row=None,
        name=GROUP_NAMES[group],
        certificate=said.get(RowProblem.EXPIRING, ""),
        status=said.get(RowProblem.MISSING, ""),
        stops=f"  {stops}",
        stops_tone=LEVEL_TONES[level] if stops else Tone.DIM,
        needs=needs,
    )


def _line(row: ChecklistRow, entries: Mapping[int, Entry]) -> ChecklistLine:
    capabilities = [one.capability for one in row.stopped] or [effect.capability for effect in would_stop(row)]
    return ChecklistLine(
        id=_line_id(row),
        group=row.need.group,
        row=row,
        name=f" {short_name(row)}",
        certificate=_used(row),
        status=standing_text(row),
        tone=standing_tone(row),
        days="" if row.days_left is None else f"{row.days_left:,}",
        bar=_bar(row, entries),
        stops="" if row.status == Mark.NOT_USED else f"{LEVEL_SYMBOLS[row.level]} {capabilities_text(capabilities)}",
        stops_tone=LEVEL_TONES[row.level],
        devices="" if row.status == Mark.NOT_USED else f"{row.devices:,}",
        haystack=_haystack(row),
        named="" if row.derived or row.need.id == "other" else printable(row.name),
    )


def _cut_name(line: ChecklistLine, width: int) -> str:
    """The name in so many cells: `` Profile …example.mail``."""
    return fit_end(line.name.removesuffix(line.named), line.named, width)


def _used(row: ChecklistRow) -> str:
    """``#12 mdm.example.com``; ``#12→#13 mdm.example.com`` while the newer one is not in use yet."""
    if row.certificate is not None:
        still = None if row.component is None else row.component.still_serves
        return certificate_title(row.certificate) if still is None else f"#{still}→{certificate_title(row.certificate)}"
    if row.authority_group is not None:
        return printable(f"CA group {row.authority_group}")
    return "–" if row.profile is None else printable(row.profile.name)


def _bar(row: ChecklistRow, entries: Mapping[int, Entry]) -> str:
    start = None
    if row.certificate is not None:
        served = entries.get((None if row.component is None else row.component.served_id) or row.certificate.id)
        start = (row.certificate if served is None else served.certificate).not_before
    elif row.profile is not None:
        start = row.profile.created_at or row.profile.imported_at
    if start is None or row.days_left is None or row.not_after is None:
        return ""
    filled = cells_left(row.days_left, start, row.not_after, BAR)
    return FULL * filled + EMPTY * (BAR - filled)


def _haystack(row: ChecklistRow) -> str:
    level = "" if row.level is Level.FINE else row.level.value
    seen = [one.seen for one in row.stopped] or row.would_stop
    owner = "" if row.component is None else row.component.apple_id or ""
    words = (
        group_title(row.need.group),
        row.need.id,
        title_of_row(row),
        short_name(row),
        _used(row),
        str(row.status),
        level,
        owner,
        *seen,
        *(task.title for task in row.tasks),
    )
    return "\n".join(words).lower()


def _name_tone(line: ChecklistLine) -> Tone | None:
    return Tone.STRONG if line.row is None else None


def _days(line: ChecklistLine) -> float:
    left = None if line.row is None else line.row.days_left
    return inf if left is None else left


def _devices(line: ChecklistLine) -> int:
    return 0 if line.row is None else line.row.devices


def _urgency(line: ChecklistLine) -> tuple[int, float]:
    return (_RANKS.get(line.status.partition(" ")[0], len(_RANKS)), _days(line))


_RANKS = {symbol: rank for rank, symbol in enumerate("×▲◆○●–")}


def columns(owner: Callable[[ChecklistLine], str]) -> tuple[Column[ChecklistLine], ...]:
    """The columns; ``owner`` says who answers for a need."""
    return (
        Column("name", "Need", lambda line: line.name, None, _name_tone, width=22, grow=2, told_in=36, cut=_cut_name),
        Column(
            "certificate",
            "Certificate",
            lambda line: line.certificate,
            None,
            lambda line: line.cell_tone,
            width=15,
            grow=3,
            told_in=40,
        ),
        Column("status", "Status", lambda line: line.status, _urgency, lambda line: line.tone, width=10),
        Column(
            "days",
            "Days",
            lambda line: line.days,
            _days,
            lambda line: line.tone,
            width=6,
            right=True,
            value=lambda line: None if line.row is None else line.row.days_left,
        ),
        Column("time-left", "", lambda line: line.bar, _days, lambda line: line.tone, width=BAR, keep=2),
        Column("stops", "  Stops", lambda line: line.stops, None, lambda line: line.stops_tone, width=16, grow=2),
        Column("devices", "Devices", lambda line: line.devices, _devices, width=7, right=True, keep=1),
        Column("owner", "Owner", owner, width=18, grow=1, keep=3),
    )


class ChecklistTable(FixedTable[ChecklistLine], inherit_bindings=False):
    """The needs by parts of the deployment, or sorted by a column: then without the parts' lines. The cursor skips
    these."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *moving_keys(),
        bound("open", "open", "Open", tooltip="Bind, or details"),
        bound("sort", "sort_next", "Sort", tooltip="Sort by the next column, then by parts again"),
        bound("turn-order", "sort_turn", show=False),
    ]

    def __init__(self, owner: Callable[[ChecklistLine], str] = lambda _: "", *, id: str | None = None) -> None:
        self._asked: Callable[[ChecklistLine], bool] | None = None
        super().__init__(columns(owner), empty="Looking …", sortable=True, id=id)

    def sort_in(self, order: Order) -> None:
        by_parts, at = not self.order, self.record
        super().sort_in(order)
        if by_parts != (not order):
            self.narrow(self._asked)
            if at is not None:
                self.move_to(at.id)

    def narrow(
        self,
        predicate: Callable[[ChecklistLine], bool] | None,
        *,
        within: Callable[[ChecklistLine], bool] | None = None,
        quietly: bool = False,
    ) -> None:
        self._asked = predicate
        if self.order:
            super().narrow(lambda line: line.row is not None and (predicate is None or predicate(line)))
        else:
            super().narrow(predicate, within=within, quietly=quietly)

    def action_sort_next(self) -> None:
        names = [column.name for column in self.shown if column.title.strip()]
        if self.sort == names[-1]:
            self.sort_in(())
        else:
            self.sort_by(names[names.index(self.sort) + 1 if self.sort in names else 0])

    def validate_cursor(self, cursor: int) -> int:
        """Move off a part's line: there is always a need below it, and one above unless it is the first line."""
        if cursor >= len(self.rows) or self.rows[cursor].row is not None:
            return cursor
        return cursor - 1 if 0 < cursor < self.cursor else cursor + 1

    def show_cursor(self) -> None:
        super().show_cursor()
        above = self.cursor - 1
        if 0 <= above < len(self.rows) and self.rows[above].row is None and above < self.scroll_offset.y:
            self.scroll_to(y=above, animate=False, force=True)
