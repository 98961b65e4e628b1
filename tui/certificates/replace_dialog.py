"""Replacing a certificate by a newer one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual.widget import Widget
from textual.widgets import Input, Select, Static

from ...store.errors import Refusal
from ...store.inventory.sources import OnConflict, ReplaceResult
from ...store.model.certificate import Certificate
from ...store.printable import printable
from ..components.dialog import Dialog
from ..components.file_inspection import SourceAnswers
from ..components.form import FormRow
from ..components.source_form import SourceForm
from ..components.wording import title_of
from .same_key_choice import ConflictChoice


class ReplaceDialog(Dialog[ReplaceResult]):
    """Gives what came of it. The old entry stays, marked replaced."""

    confirm_label = "Replace"
    wide = True

    def __init__(self, certificate: Certificate) -> None:
        super().__init__()
        self._certificate = certificate
        self.heading = f"Replace {title_of(certificate)}"

    def compose_form(self) -> Iterable[Widget]:
        key = ", its private key" if self._certificate.has_private_key else ""
        yield Static(
            f"Bring the new certificate{key} and its chain. It needs a new key pair; the use is taken over, "
            "the old entry stays as history.",
            classes="quiet",
        )
        yield SourceForm(id="source")
        yield FormRow(
            "Description",
            Input(printable(self._certificate.description), id="description", compact=True, select_on_focus=False),
        )
        yield ConflictChoice(id="conflict")

    def confirm(self) -> None:
        try:
            answers = self.query_one(SourceForm).answers()
            choice = self.query_one(ConflictChoice).choice()
        except Refusal as refusal:
            self.refused(refusal)
            return
        description = self.query_one("#description", Input).value
        self.perform(partial(self._replace, answers, description, choice), self.dismiss, saying="Replacing …")

    def _replace(self, answers: SourceAnswers, description: str, on_conflict: OnConflict) -> ReplaceResult:
        self.query_one(SourceForm).ask_which(answers)
        return self.workspace.inventory.replace(
            self._certificate.id, answers.load(), description=description, on_conflict=on_conflict
        )

    def refused(self, refusal: Refusal) -> None:
        super().refused(refusal)
        if refusal.code == "alias-needed":
            self.query_one("#alias", Select).focus()
        if refusal.code == "same-key":
            keys = self.query_one(SourceForm).public_keys
            rows = self.console.register.rows.values()
            holders = [row for row in rows if row.certificate.public_key_sha256 in keys]
            self.query_one(ConflictChoice).open(holders)
