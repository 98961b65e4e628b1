"""A form's rows: a label at the left, the field at the right, one line each."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Static


class FormRow(Horizontal):
    """``FormRow("Password", Input(...))``. Hide or show it by ``display``."""

    def __init__(self, label: str, field: Widget, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.field = field
        self._label = label

    def compose(self) -> ComposeResult:
        yield Static(self._label, classes="label", markup=False)
        yield self.field
