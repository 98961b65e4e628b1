"""Describing a certificate."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Input, Static

from ...store.model.certificate import Certificate
from ...store.printable import printable
from ..components.dialog import Dialog
from ..components.wording import title_of


class DescribeDialog(Dialog[Certificate]):
    """Gives the certificate with its new description."""

    confirm_label = "Describe"

    def __init__(self, certificate: Certificate) -> None:
        super().__init__()
        self._certificate = certificate
        self.heading = f"Describe {title_of(certificate)}"

    def compose_form(self) -> Iterable[Widget]:
        yield Static("What it is for, who ordered it, what else has to be done. Empty clears it.", classes="quiet")
        yield Input(
            printable(self._certificate.description),
            id="description",
            max_length=1000,
            compact=True,
            select_on_focus=False,
        )

    def confirm(self) -> None:
        text = self.query_one("#description", Input).value
        self.perform(lambda: self.workspace.inventory.describe(self._certificate.id, text), self.dismiss)
