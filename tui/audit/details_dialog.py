"""One line of the audit trail in full."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import App

from ...store.errors import Refusal
from ...store.model.audit import AuditLine
from ...store.printable import printable
from ...store.views.audit_line import who
from ...store.words import hexadecimal, moment
from ..components.fields import fields
from ..dialogs.details_dialog import DetailsDialog
from ..dialogs.form_fields import Note
from ..shell.keys.hints import hint_of
from ..shell.keys.keys import keyed


def details_dialog(
    app: App[object], line: AuditLine, refusal: Refusal | None, commands: Sequence[str]
) -> DetailsDialog[str]:
    """Show who changed what, when, and the hashes that chain the line to the previous one; whether it can be undone,
    by ``refusal``, and the ``commands`` that would do it again. Closes with ``undo`` if that is wanted."""
    pairs = [
        ("What", printable(line.summary)),
        ("Who", printable(who(line))),
        ("When", moment(line.at)),
        ("Machine's time", moment(line.wall_at)),
        ("Action", line.action),
        ("Record", line.record),
        ("Undo", keyed("{undo} undoes it") if refusal is None else _why_not(refusal)),
        ("As commands", printable(" ; ".join(commands)) or "not known"),
        ("Hash", hexadecimal(line.hash)),
        ("Line before", hexadecimal(line.previous_hash)),
    ]
    can = refusal is None
    return DetailsDialog(
        f"Audit line {line.id}",
        Note(fields(app, pairs, width=15)),
        wishes={"undo": "undo"} if can else None,
        buttons={"undo": "Undo"} if can else None,
    )


def _why_not(refusal: Refusal) -> str:
    hint = hint_of(refusal)
    return printable(refusal.message if hint is None else f"{refusal.message}. {hint}")
