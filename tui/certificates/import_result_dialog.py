"""What came of an import or a replacement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from ...store.inventory.sources import ImportResult, OtherEntry, ReplaceResult
from ...store.model.certificate import Certificate
from ...store.printable import printable
from ...store.words import days_text, plural
from ..components.dialog import Dialog
from ..components.text_styles import STATUS_TONES, Tone, styled
from ..components.wording import USES, status_text, title_of
from .certificate_rows import row_of


class ImportResultDialog(Dialog[None]):
    """Every entry that came in, was linked to, or stayed in the file; and what should be known of it."""

    confirm_label = None
    wide = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "leave", "Close", show=False)]

    def __init__(self, result: ImportResult, *, replacement: ReplaceResult | None = None) -> None:
        super().__init__()
        self._result, self._replacement = result, replacement
        count = len(result.imported)
        if replacement is not None:
            self.heading = f"{title_of(replacement.old)} is replaced by #{replacement.new.id}"
        elif count:
            self.heading = f"{plural(count, 'certificate')} imported"
        else:
            self.heading = "Already in the inventory; nothing was added"

    def compose_form(self) -> Iterable[Widget]:
        result, replacement = self._result, self._replacement
        sections = [
            ("Imported", [self._entry(entry) for entry in result.imported]),
            ("Linked, already here", [self._entry(entry) for entry in result.linked]),
            ("Deleted", [Text(title_of(entry)) for entry in result.deleted]),
            ("Also in the file, not imported", [Text(_other(entry)) for entry in result.also_in_file]),
        ]
        if replacement is not None:
            sections.append(("Now using the new one", [Text(printable(name)) for name in replacement.switched]))
        notes = (*result.notes, *(replacement.notes if replacement is not None else ()))
        sections.append(("To know", [self._note(note) for note in notes]))
        for title, lines in sections:
            if lines:
                yield Static(title, classes="section")
                for line in lines:
                    yield Static(line, classes="item")

    def _entry(self, entry: Certificate) -> Text:
        row = row_of(entry, self.workspace.now())
        standing = f"{status_text(row.status)}, {days_text(row.days)}"
        key = ", with private key" if entry.has_private_key else ""
        use = f"  {USES[entry.use_as]}{key}"
        return styled(self.app, f"{title_of(entry)}  ", (standing, STATUS_TONES[row.status]), (use, Tone.DIM))

    def _note(self, note: str) -> Text:
        note = printable(note)
        return styled(self.app, ("! ", Tone.EXPIRING), note[:1].upper() + note[1:])


def _other(entry: OtherEntry) -> str:
    name = f"“{printable(entry.alias)}”" if entry.alias is not None else "an entry without alias"
    return ", ".join(part for part in (f"{name}: {entry.kind}", printable(entry.subject or "")) if part)
