"""What can be done with devices, and the details of one on a screen of their own where the terminal is narrow."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from ...store.persistence.database import Changes
from ..shell.page import Page
from .details import DeviceDetailsPane
from .device_rows import DeviceRow
from .secure_dialog import Secured, SecureDialog
from .secure_result_dialog import SecureResultDialog


class DeviceActions(Page):
    """A page that has devices to act on: ``targets`` says which."""

    page = "devices"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "secure", "Secure", tooltip="Renew, revoke, install CA"),
        Binding("right_square_bracket", "tab(1)", "Next tab of details", key_display="]", show=False),
        Binding("left_square_bracket", "tab(-1)", "Tab before", key_display="[", show=False),
    ]

    def targets(self) -> list[DeviceRow]:
        """The devices that are marked, or else the one at hand."""
        return []

    def hidden(self) -> int:
        """How many of them a filter keeps from being seen."""
        return 0

    def done(self) -> None:
        """A security action was carried out on the targets."""

    def action_secure(self) -> None:
        if rows := self.targets():
            self.app.push_screen(SecureDialog([row.device for row in rows], self.hidden()), self._secured)
        else:
            self.console.note("No device is chosen.")

    def _secured(self, secured: Secured | str | None) -> None:
        if secured is not None:
            self.done()
        if isinstance(secured, Secured):
            self.app.push_screen(SecureResultDialog(secured))
        elif secured is not None:
            self.console.note(secured)

    def action_tab(self, by: int) -> None:
        self.query_one(DeviceDetailsPane).turn(by)


class DeviceDetailPage(DeviceActions):
    """One device; Esc goes back to the list."""

    AUTO_FOCUS = "Tabs"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,backspace", "back", "Back", key_display="esc")]

    def __init__(self, id: int) -> None:
        super().__init__()
        self._device_id = id

    def compose_page(self) -> ComposeResult:
        yield DeviceDetailsPane(id="details")

    def show_state(self, changes: Changes | None) -> None:
        row = self.console.fleet.rows.get(self._device_id)
        if row is None:
            self.action_back()
        else:
            self.query_one(DeviceDetailsPane).show(row)

    def targets(self) -> list[DeviceRow]:
        row = self.console.fleet.rows.get(self._device_id)
        return [] if row is None else [row]

    def action_back(self) -> None:
        if self.is_current:
            self.app.pop_screen()
