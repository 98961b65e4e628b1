"""The result of an import or a replacement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from textual.widget import Widget

from ...store.inventory.expiry import ExpiryRules
from ...store.inventory.sources import ImportResult, OtherEntry, ReplaceResult
from ...store.model.certificate import Certificate
from ...store.printable import printable
from ...store.views.certificate import USES, certificate_title, name_text, status_text
from ...store.words import days_text, plural
from ..components.text_styles import STATUS_TONES, Tone
from ..dialogs.details_dialog import DetailsDialog, notes_to_know
from ..dialogs.form_fields import Note
from .certificate_rows import row_of


def import_result_dialog(
    result: ImportResult,
    now: datetime,
    rules: ExpiryRules,
    *,
    replacement: ReplaceResult | None = None,
    more: Iterable[Widget] = (),
    wishes: Mapping[str, str] | None = None,
    buttons: Mapping[str, str] | None = None,
) -> DetailsDialog[str]:
    """Show every entry that was imported, reused or left in the file, with its notes. ``more`` comes after what was
    imported; ``wishes`` and ``buttons`` are those of ``DetailsDialog``."""
    if replacement is not None:
        heading = f"{certificate_title(replacement.old)} is replaced by #{replacement.new.id}"
    elif result.imported:
        heading = f"{plural(len(result.imported), 'certificate')} imported"
    else:
        heading = "Already in the inventory; nothing was added"
    switched = () if replacement is None else replacement.switched
    notes = (*result.notes, *(() if replacement is None else replacement.notes))
    return DetailsDialog(
        heading,
        *_section("Imported", [_entry(entry, now, rules) for entry in result.imported]),
        *_section("Linked, already here", [_entry(entry, now, rules) for entry in result.linked]),
        *more,
        *_section("Deleted", [Note(certificate_title(entry), "item") for entry in result.deleted]),
        *_section("Also in the file, not imported", [Note(_other(entry), "item") for entry in result.also_in_file]),
        *_section("Now using the new one", [Note(printable(name), "item") for name in switched]),
        *_section("To know", notes_to_know(notes)),
        wishes=wishes,
        buttons=buttons,
    )


def replace_result_dialog(
    result: ReplaceResult,
    now: datetime,
    rules: ExpiryRules,
    *,
    wishes: Mapping[str, str] | None = None,
    buttons: Mapping[str, str] | None = None,
) -> DetailsDialog[str]:
    """Show the same for a replacement."""
    return import_result_dialog(result.result, now, rules, replacement=result, wishes=wishes, buttons=buttons)


def _section(title: str, lines: list[Note]) -> Iterable[Widget]:
    return [Note(title, "section"), *lines] if lines else []


def _entry(entry: Certificate, now: datetime, rules: ExpiryRules) -> Note:
    row = row_of(entry, now, rules)
    standing = f"{status_text(row.status)}, {days_text(row.days)}"
    key = ", with private key" if entry.has_private_key else ""
    use = f"  {USES[entry.use_as]}{key}"
    return Note([f"{certificate_title(entry)}  ", (standing, STATUS_TONES[row.status]), (use, Tone.DIM)], "item")


def _other(entry: OtherEntry) -> str:
    name = f"“{printable(entry.alias)}”" if entry.alias is not None else "an entry without alias"
    return ", ".join(part for part in (f"{name}: {entry.kind}", name_text(entry.subject or "")) if part)
