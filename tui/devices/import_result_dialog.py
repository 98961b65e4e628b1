"""What became of the lines of an export: the counts, and the refused lines with the reasons."""

from __future__ import annotations

from dataclasses import dataclass

from ...store.devices_import.importing import DeviceImportResult
from ...store.printable import printable
from ...store.views.device_import import import_lines
from ..components.text_styles import Tone
from ..dialogs.details_dialog import DetailsDialog
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note
from ..lists.columns import Column
from ..lists.table_dialog import TableDialog
from ..shell.keys.hints import hint_of

NOTES = 4  # notes about the file that have room above the table


@dataclass(frozen=True)
class RefusedLine:
    """A line that was refused. ``id`` is its number in the file."""

    id: int
    code: str
    message: str


_COLUMNS = (
    Column[RefusedLine]("line", "Line", lambda line: f"{line.id:,}", lambda line: line.id, None, 7, right=True),
    Column[RefusedLine]("code", "Refused", lambda line: line.code, None, lambda _: Tone.EXPIRING, 20),
    Column[RefusedLine]("why", "Why", lambda line: line.message, width=24, grow=1),
)


def import_result_dialog(result: DeviceImportResult) -> FormDialog[None]:
    """Show what an import did."""
    heading = "Devices imported" if result.added or result.updated else "Nothing imported"
    notes = [printable(f"! {note}") for note in result.notes[:NOTES]]
    if len(result.notes) > NOTES:
        notes.append(f"! and {len(result.notes) - NOTES:,} more such notes")
    lines = [*map(printable, import_lines(result)), *notes]
    if not result.refused:
        return DetailsDialog(heading, Note("\n".join(lines)))
    rows = [
        RefusedLine(
            one.line,
            one.refusal.code,
            printable(f"{one.refusal.message}. {hint_of(one.refusal) or ''}".strip()),
        )
        for one in result.refused
    ]
    above = [Note("\n".join(lines)), Note("Refused", "section")]
    return TableDialog(
        heading,
        _COLUMNS,
        rows,
        above=above,
        more=lambda line: line.message,
        sort="line",
        lines=7,
        list_name="refused-lines",
    )
