"""Taking a component out of the checklist."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from ...store.impact.checklist import Row
from ...store.model.component import Component
from ..components.question import Question
from .wording import title_of_row


class RemoveComponentDialog(Question[Component]):
    """Gives the component that was removed. What a need of the list was told is forgotten; the need stays."""

    confirm_label = "Remove"

    def __init__(self, row: Row, component: Component) -> None:
        super().__init__()
        self._component = component
        self._named = bool(component.name)
        self.heading = f"Remove: {title_of_row(row)}"

    def compose_form(self) -> Iterable[Widget]:
        if self._named:
            said = "It goes from the checklist, and nobody is told any more what stops without it."
        else:
            said = "What it uses and whether it is used is forgotten: it is as in a new workspace."
        yield Static(said, markup=False)
        yield Static("Its certificate stays in the inventory.", classes="quiet")

    def confirm(self) -> None:
        self.perform(lambda: self.workspace.components.remove(self._component.id), self.dismiss)
