"""One row of the checklist in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from ...store.impact.checklist import Row
from ...store.model.device import Platform
from ...store.printable import printable
from ..certificates.certificate_rows import CertificateRow as Entry
from ..components.dialog import Dialog
from .details import details_of, headline
from .wording import title_of_row, without_commands


class ChecklistDetailsDialog(Dialog[None]):
    """What the screen shows below the list, and what the open tasks ask for."""

    confirm_label = None
    wide = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "leave", "Close", show=False)]

    def __init__(self, row: Row, devices: Mapping[Platform, int], entries: Mapping[int, Entry]) -> None:
        super().__init__()
        self._row, self._devices, self._entries = row, devices, entries
        self.heading = title_of_row(row)

    def compose_form(self) -> Iterable[Widget]:
        details = details_of(self.app, self._row, self._devices, self._entries)
        yield Static(headline(self.app, self._row))
        yield Static("")
        yield Static(details.body)
        for task in self._row.tasks:
            yield Static(printable(task.title), classes="section", markup=False)
            yield Static(without_commands(task.text), classes="item", markup=False)

    def on_mount(self) -> None:
        form = self.query_one("#form")
        form.can_focus = True
        form.focus()
