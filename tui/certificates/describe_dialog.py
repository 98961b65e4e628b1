"""Describing a certificate."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from ...store.model.certificate import Certificate
from ...store.printable import printable
from ...store.views.certificate import certificate_title
from ..components.form_dialog import FormDialog
from ..components.form_fields import Note, TextField


class DescribeDialog(FormDialog[Certificate]):
    """Gives the certificate with its new description."""

    changes = True
    confirm_label = "Describe"

    def __init__(self, certificate: Certificate) -> None:
        super().__init__()
        self._certificate = certificate
        self.heading = f"Describe {certificate_title(certificate)}"

    def compose_form(self) -> Iterable[Widget]:
        yield Note("What it is for, who ordered it, what else has to be done. Empty clears it.", "quiet")
        before = printable(self._certificate.description)
        yield TextField("description", None, before, longest=1000, select_on_focus=False)

    def work(self, description: str) -> Certificate:
        return self.workspace.inventory.describe(self._certificate.id, description)

    def told(self, result: Certificate) -> str:
        return f"{certificate_title(result)} described."
