"""The dialog with the details of a CA group or a CA."""

from __future__ import annotations

from datetime import datetime

from textual.app import App

from ...store.printable import printable
from ..components.fields import fields
from ..devices.fleet_figures import FleetFigures
from ..dialogs.details_dialog import DetailsDialog
from ..dialogs.form_fields import Note
from .details import authority_fields, details_of
from .table import ROLES, AuthorityLine

ROOM = 90  # the width of a wide dialog, in cells


def details_dialog(app: App[object], line: AuthorityLine, figures: FleetFigures, now: datetime) -> DetailsDialog[None]:
    """Show the details of a line; a group's include its three CAs."""
    name = printable(line.summary.group.name)
    details = details_of(app, line, figures, now, min(ROOM, app.size.width - 6))
    if line.authority is not None:
        return DetailsDialog(f"{ROLES[line.authority.role]} of {name}", Note(details.body), scrolls=True)
    parts = [Note(details.title), Note(details.body, "sentence")]
    for authority in line.summary.authorities:
        parts += [Note(ROLES[authority.role], "section"), Note(fields(app, authority_fields(authority, now)))]
    return DetailsDialog(f"CA group {name}", *parts, scrolls=True)
