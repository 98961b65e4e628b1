"""One line of the audit trail in full."""

from __future__ import annotations

from textual.app import App

from ...store.model.audit import AuditLine
from ...store.printable import printable
from ...store.views.audit_line import who
from ...store.words import hexadecimal, moment
from ..components.details_dialog import DetailsDialog
from ..components.fields import fields
from ..components.form_fields import Note


def details_dialog(app: App[object], line: AuditLine) -> DetailsDialog[None]:
    """Show who changed what, when, and the hashes that chain the line to the previous one."""
    pairs = [
        ("What", printable(line.summary)),
        ("Who", printable(who(line))),
        ("When", moment(line.at)),
        ("Machine's time", moment(line.wall_at)),
        ("Action", line.action),
        ("Record", line.record),
        ("Hash", hexadecimal(line.hash)),
        ("Line before", hexadecimal(line.previous_hash)),
    ]
    return DetailsDialog(f"Audit line {line.id}", Note(fields(app, pairs, width=15)))
