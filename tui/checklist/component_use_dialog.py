"""Saying that a deployment doesn't have what a component stands for, or that it has it again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget
from textual.widgets import Static

from ...store.impact.checklist import Mark, Row
from ...store.model.component import Component, Use
from ..components.question import Question
from .wording import stops_text, title_of_row


class ComponentUseDialog(Question[Component]):
    """Gives the component as it is now."""

    grave: ClassVar[bool] = False

    def __init__(self, row: Row) -> None:
        super().__init__()
        self._row = row
        self._again = row.status == Mark.NOT_USED
        self.confirm_label = "Used again" if self._again else "Not used"
        self.heading = f"{self.confirm_label}: {title_of_row(row)}"

    def compose_form(self) -> Iterable[Widget]:
        if self._again:
            said = f"It counts again: when its certificate is missing or has expired, {stops_text(self._row.need)}."
        else:
            said = "This deployment doesn't have it: nothing of it is stopped, and nobody is told of it."
        yield Static(said, markup=False)
        if not self._again and self._row.stopped:
            yield Static(f"No longer told: {stops_text(self._row.need)}.", classes="strong", markup=False)

    def confirm(self) -> None:
        row, component = self._row, self._row.component
        bound = component is not None and (component.certificate_id is not None or component.profile_id is not None)
        use = (Use.REQUIRED if bound else Use.AS_NEEDED) if self._again else Use.NOT_USED
        self.perform(lambda: self.workspace.components.set_use(row.need.id, use, name=row.name), self.dismiss)
