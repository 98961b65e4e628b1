"""The actions on devices, and the details of one on its own screen in narrow terminals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from ..lists.tabbed_details import TAB_KEYS, DetailPage
from ..shell.keys.keys import bound
from ..shell.page import Page
from .change_dialog import DeviceChangeDialog
from .deletion_question import DeviceDeletionQuestion
from .details import DeviceDetailsPane
from .device_row import DeviceRow
from .secure_dialog import Secured, SecureDialog
from .secure_result_dialog import secure_result_dialog


class DeviceActions(Page):
    """A page with actions on devices: ``targets`` returns them."""

    page = "devices"
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("secure", "secure", "Secure", tooltip="Renew, revoke, install CA"),
        bound("edit", "change", "Change", tooltip="Change identities, owner", show=False),
        bound("delete", "delete", "Delete", tooltip="Delete; selected too"),
        *TAB_KEYS,
    ]

    def targets(self) -> list[DeviceRow]:
        """The marked devices, otherwise the current one."""
        return []

    def hidden(self) -> int:
        """The number of targets that a filter hides."""
        return 0

    def done(self) -> None:
        """A security action was carried out on the targets, or they were deleted."""

    def action_secure(self) -> None:
        if rows := self.targets():
            self.console.ask(SecureDialog(self.console.fleet.records_of(rows), self.hidden()), self._secured)
        else:
            self.console.note("No device is chosen.")

    def action_change(self) -> None:
        rows = self.targets()
        if len(rows) == 1:
            self.console.ask(DeviceChangeDialog(rows[0].whole), lambda _: self.done())
        else:
            self.console.note("Choose one device to change." if rows else "No device is chosen.")

    def action_delete(self) -> None:
        if rows := self.targets():
            question = DeviceDeletionQuestion(self.console.fleet.records_of(rows), self.hidden())
            self.console.ask(question, lambda _: self.done())
        else:
            self.console.note("No device is chosen.")

    def _secured(self, secured: Secured | str) -> None:
        self.done()
        if isinstance(secured, Secured):
            self.app.push_screen(secure_result_dialog(self.app, secured))

    def action_tab(self, by: int) -> None:
        self.query_one(DeviceDetailsPane).turn(by)


class DeviceDetailPage(DetailPage[DeviceRow], DeviceActions):
    """The details of one device."""

    @property
    def rows(self) -> Mapping[int, DeviceRow]:
        return self.console.fleet.rows

    def compose_page(self) -> ComposeResult:
        yield DeviceDetailsPane()
