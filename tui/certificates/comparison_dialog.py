"""Two certificates side by side, marked where they differ."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text
from textual.app import App
from textual.widgets import Static

from ...store.errors import Refusal
from ...store.inventory.comparison import CertificateComparison, ComparedField, compare, replacement_of
from ...store.model.certificate import Certificate, CertificateFacts
from ...store.printable import printable
from ...store.views.certificate_comparison import FIELD_TITLES, NOTHING, compared_titles, part_text
from ...store.words import capitalised
from ..components.text_styles import Tone, style_of
from ..dialogs.details_dialog import DetailsDialog, notes_to_know
from ..dialogs.form_fields import Note
from ..shell.console_app import ConsoleApp
from ..shell.keys.hints import hint_of

DIFFERS = "≠"  # a mark beside the colour


def compare_two(console: ConsoleApp, old: Certificate, new: CertificateFacts, *, file: str = "") -> None:
    """Show the comparison of an entry and another one, or the certificate of a file."""
    found = compare(old, new, console.workspace.now())
    console.push_screen(comparison_dialog(console, found, file))


def compare_chosen(console: ConsoleApp, chosen: list[Certificate]) -> None:
    """Compare two certificates, or one with what replaced it, or what it replaced; a note says why that can't be."""
    if len(chosen) > 2:
        console.note(f"{len(chosen):,} certificates are selected; two can be compared.")
    elif len(chosen) == 2:
        old, new = sorted(chosen, key=lambda entry: (entry.not_before, entry.id))
        compare_two(console, old, new)
    elif chosen:
        try:
            compare_two(console, *replacement_of(chosen[0], console.workspace.inventory.list()))
        except Refusal as refusal:
            console.note(f"{printable(refusal.message)}. {hint_of(refusal) or ''}".rstrip())


def comparison_dialog(app: App[Any], found: CertificateComparison, file: str = "") -> DetailsDialog[None]:
    """The dialog: what differs first, then what is the same."""
    old, new = compared_titles(found, file)
    heading = "The same certificate" if found.is_same else f"{old} and {new}"
    return DetailsDialog(
        f"Compare: {heading}",
        *notes_to_know(found.notes),
        Static(_table(app, found, old, new), classes="comparison"),
        Note(f"{DIFFERS} differs", "quiet"),
        scrolls=True,
    )


def _table(app: App[Any], found: CertificateComparison, old: str, new: str) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0), expand=True)
    table.add_column(width=1, style=style_of(app, Tone.EXPIRING))
    table.add_column(width=14, style=style_of(app, Tone.DIM))
    table.add_column(ratio=1, overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    strong = style_of(app, Tone.STRONG)
    table.add_row("", "", Text(f"Old: {old}", strong), Text(f"New: {new}", strong))
    for one in sorted(found.fields, key=lambda one: not one.differs):
        table.add_row(
            DIFFERS if one.differs else "",
            capitalised(FIELD_TITLES[one.field]),
            _value(app, one, one.old, one.old_only, Tone.EXPIRED),
            _value(app, one, one.new, one.new_only, Tone.VALID),
        )
    return table


def _value(app: App[Any], field: ComparedField, parts: tuple[str, ...], only: tuple[str, ...], tone: Tone) -> Text:
    text = Text()
    for at, part in enumerate(parts):
        style = style_of(app, tone) if part in only else "" if field.differs else style_of(app, Tone.DIM)
        text.append("\n" if at else "").append(part_text(field.field, part), style)
    return text if parts else Text(NOTHING, style_of(app, Tone.DIM))
