"""Reading a whole export: each line by itself."""

from __future__ import annotations

from datetime import datetime, tzinfo

from msgspec import Struct

from ..errors import Refusal
from .columns import NO_MAPPING, ColumnMapping, Layout, layout_of
from .csv_reading import BadRow, open_export
from .dates import DateOrder, DateRules, order_shown_by
from .lines import DeviceLine, LineReader, dated

NOTED = 20  # lines with identities left out that are named one by one


class LineRefusal(Struct, frozen=True):
    """A line that was not taken in, and why. ``line`` is its number in the file, from 1."""

    line: int
    refusal: Refusal


class ReadExport(Struct, frozen=True, kw_only=True):
    """The lines of an export that can be read, and those that can't. ``notes`` are about the file as a whole."""

    layout: Layout
    lines: list[DeviceLine]
    refused: list[LineRefusal]
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """The number of lines, without the header and empty ones."""
        return len(self.lines) + len(self.refused)

    @property
    def as_of(self) -> datetime | None:
        """The latest check-in: about when the export was made."""
        return max((line.last_check_in for line in self.lines if line.last_check_in is not None), default=None)


def read_export(
    data: bytes,
    now: datetime,
    mapping: ColumnMapping = NO_MAPPING,
    *,
    order: DateOrder | None = None,
    zone: tzinfo | None = None,
) -> ReadExport:
    """Read an export. ``order`` and ``zone`` are for dates that don't say theirs; if no order is given, that of the
    file's unambiguous dates counts for all.

    Refuses the file as a whole with ``export-unreadable``, ``columns-unknown`` or ``mapping-invalid``.
    """
    export = open_export(data)
    layout = layout_of(export.header, mapping, order=order, zone=zone)
    reader, lines, refused = LineReader(layout), [], []
    for row in export.rows:
        if isinstance(row, BadRow):
            refused.append(LineRefusal(row.line, row.refusal))
            continue
        try:
            lines.append(reader.read(row.line, row.values))
        except Refusal as refusal:
            refused.append(LineRefusal(row.line, refusal))
    rules = DateRules(
        order=layout.order or order_shown_by(text for line in lines for text in line.dates), zone=layout.zone
    )
    for place, line in enumerate(lines):
        try:
            lines[place] = dated(line, rules, now)
        except Refusal as refusal:
            refused.append(LineRefusal(line.line, refusal))
            lines[place] = line  # its dates are still text: dropped below
    lines = [line for line in lines if not line.dates]
    refused.sort(key=lambda one: one.line)
    return ReadExport(layout=layout, lines=lines, refused=refused, notes=(*export.notes, *layout.notes, *_notes(lines)))


def _notes(lines: list[DeviceLine]) -> list[str]:
    """Which identities were left out."""
    found = [line for line in lines if line.left_out]
    notes = [f"Line {line.line}: {'; '.join(line.left_out)}. It was left out." for line in found[:NOTED]]
    if len(found) > NOTED:
        notes.append(f"Identities were left out in {len(found) - NOTED:,} more lines.")
    return notes
