"""A CA group or a CA in full."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from ...store.printable import printable
from ..components.dialog import Dialog
from ..components.fields import fields
from ..devices.fleet_figures import FleetFigures
from .details import authority_fields, details_of
from .table import ROLES, AuthorityLine

ROOM = 90  # cells in a wide dialog


class AuthorityDialog(Dialog[None]):
    """What the screen shows beside the list, and for a group its three CAs as well."""

    confirm_label = None
    wide = True

    def __init__(self, line: AuthorityLine, figures: FleetFigures) -> None:
        super().__init__()
        self._line, self._figures = line, figures
        name = printable(line.summary.group.name)
        self.heading = f"CA group {name}" if line.authority is None else f"{ROLES[line.authority.role]} of {name}"

    def compose_form(self) -> Iterable[Widget]:
        line, now = self._line, self.workspace.now()
        if line.authority is not None:
            yield Static(fields(self.app, authority_fields(line.authority, now)))
            return
        details = details_of(self.app, line, self._figures, now, min(ROOM, self.app.size.width - 6))
        yield Static(details.title)
        yield Static(details.body, classes="sentence")
        for authority in line.summary.authorities:
            yield Static(ROLES[authority.role], classes="section")
            yield Static(fields(self.app, authority_fields(authority, now)))

    def on_mount(self) -> None:
        form = self.query_one("#form")
        form.can_focus = True
        form.focus()
