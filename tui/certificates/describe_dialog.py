"""Changing the description and the use of a certificate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual.widget import Widget

from ...store.model.certificate import Certificate, UseAs
from ...store.printable import printable
from ...store.views.certificate import USES, certificate_title
from ..dialogs.choice_fields import ChoiceField
from ..dialogs.form_fields import Note, TextField
from ..dialogs.record_form import RecordForm


class DescribeDialog(RecordForm[Certificate]):
    """Returns the certificate with its new description and use."""

    confirm_label = "Describe"

    def __init__(self, certificate: Certificate) -> None:
        super().__init__()
        self._certificate = certificate
        self.heading = f"Describe {certificate_title(certificate)}"

    def compose_form(self) -> Iterable[Widget]:
        yield Note("What it is for, who ordered it, what else has to be done. Empty clears it.", "quiet")
        before = printable(self._certificate.description)
        yield TextField("description", None, before, longest=1000, select_on_focus=False)
        if self._can_be_used_otherwise:
            uses = {use: title for use, title in USES.items() if use is not UseAs.DEVICE}
            yield ChoiceField("use_as", "Use as", uses, self._certificate.use_as)

    @property
    def _can_be_used_otherwise(self) -> bool:
        return self._certificate.replaced_by is None and self._certificate.use_as is not UseAs.DEVICE

    def work(self, **answers: Any) -> Certificate:
        inventory, id, touched = self.workspace.inventory, self._certificate.id, self.touched(answers)
        with self.workspace.database.transaction():
            if "use_as" in touched:
                inventory.set_use_as(id, touched["use_as"])
            return inventory.describe(id, touched["description"]) if "description" in touched else inventory.get(id)

    def told(self, result: Certificate) -> str:
        return f"{certificate_title(result)} described."
