"""The details of one certificate, on a screen of their own where the terminal is narrow."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from ...store.persistence.database import Changes
from .actions import CertificatePage
from .certificate_rows import CertificateRow
from .details import CertificateDetailsPane


class CertificateDetailPage(CertificatePage):
    """One certificate; Esc goes back to the list."""

    AUTO_FOCUS = "Tabs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace", "back", "Back", key_display="esc"),
        Binding("right_square_bracket", "tab(1)", "Next tab", key_display="]", show=False),
        Binding("left_square_bracket", "tab(-1)", "Tab before", key_display="[", show=False),
    ]

    def __init__(self, id: int) -> None:
        super().__init__()
        self._certificate_id = id

    def compose_page(self) -> ComposeResult:
        yield CertificateDetailsPane(id="details")

    def show_state(self, changes: Changes | None) -> None:
        row = self.console.register.rows.get(self._certificate_id)
        if row is None:
            self.action_back()
        else:
            self.query_one(CertificateDetailsPane).show(row)

    def targets(self) -> list[CertificateRow]:
        row = self.console.register.rows.get(self._certificate_id)
        return [] if row is None else [row]

    def arrived(self, id: int) -> None:
        self._certificate_id = id
        self.console.poll_now()
        self.show_state(None)

    @on(CertificateDetailsPane.Followed)
    def _chain_followed(self, event: CertificateDetailsPane.Followed) -> None:
        self.arrived(event.id)

    def action_back(self) -> None:
        if self.is_current:
            self.app.pop_screen()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "filter"

    def action_tab(self, by: int) -> None:
        self.query_one(CertificateDetailsPane).turn(by)
