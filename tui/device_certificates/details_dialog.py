"""One bulk device certificate in full."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Button, Static

from ..components.dialog import Dialog
from .details import bulk_fields
from .rows import BulkRow, identity_title


class BulkRecordDialog(Dialog[int]):
    """Gives the id of its device, where the person wants to go there."""

    confirm_label = None
    wide = True
    AUTO_FOCUS = "#leave"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("g", "go", "Go to its device", show=False)]

    def __init__(self, row: BulkRow) -> None:
        super().__init__()
        self._row = row
        self.heading = f"Device certificate of the {identity_title(row.record)} {row.record.identity}"

    def compose_form(self) -> Iterable[Widget]:
        yield Static(bulk_fields(self.app, self._row))

    def compose_buttons(self) -> Iterable[Widget]:
        if self._row.device_id is not None:
            yield Button("To its device (g)", id="go", compact=True)
        yield self.leave_button()

    @on(Button.Pressed, "#go")
    def _go_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_go()

    def action_go(self) -> None:
        if self._row.device_id is not None:
            self.dismiss(self._row.device_id)
