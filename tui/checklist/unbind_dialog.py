"""Letting a component use nothing any more."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from ...store.impact.checklist import Row
from ...store.model.component import Component
from ...store.printable import printable
from ..components.question import Question
from ..components.wording import title_of
from .wording import stops_text, title_of_row


class UnbindDialog(Question[Component]):
    """Gives the component, which uses nothing from then on."""

    confirm_label = "Unbind"

    def __init__(self, row: Row) -> None:
        super().__init__()
        self._row = row
        self.heading = f"Unbind: {title_of_row(row)}"

    def compose_form(self) -> Iterable[Widget]:
        row = self._row
        used = (
            title_of(row.certificate)
            if row.certificate is not None
            else printable("" if row.profile is None else row.profile.name)
        )
        yield Static(f"{used} stays where it is, but nothing uses it here any more.", markup=False)
        yield Static(f"From then on it is missing: {stops_text(row.need)}.", classes="strong", markup=False)

    def confirm(self) -> None:
        row = self._row
        self.perform(lambda: self.workspace.components.unbind(row.need.id, name=row.name), self.dismiss)
