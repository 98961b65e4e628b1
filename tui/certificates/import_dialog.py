"""Importing a certificate or a keystore."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Select

from ...store.errors import Refusal
from ...store.inventory.sources import ImportResult, OnConflict
from ...store.model.certificate import UseAs
from ...store.model.request import SigningRequest
from ...store.printable import printable
from ..components.dialog import Dialog
from ..components.file_inspection import SourceAnswers
from ..components.form import FormRow
from ..components.source_form import SourceForm
from ..components.wording import USES
from .same_key_choice import ConflictChoice

_AS_REQUESTED = "as requested"


class ImportDialog(Dialog[ImportResult]):
    """Gives what came of the import. With ``request`` it is for the answer to that request; ``use_as`` is what it will
    most likely be used as."""

    confirm_label = "Import"
    wide = True

    def __init__(self, request: SigningRequest | None = None, *, use_as: UseAs | None = None) -> None:
        super().__init__()
        self._request, self._likely = request, use_as
        self.heading = (
            "Import a certificate or keystore"
            if request is None
            else f"Import the answer to request {request.id}, {printable(request.subject)}"
        )

    def compose_form(self) -> Iterable[Widget]:
        yield SourceForm(id="source")
        yield FormRow("Use as", Select(self._uses(False), id="use-as", compact=True, allow_blank=False))
        yield FormRow("Description", Input(id="description", placeholder="optional", max_length=1000, compact=True))
        yield ConflictChoice(id="conflict")

    def _uses(self, is_keystore: bool) -> list[tuple[str, str]]:
        """APNs needs its key, so it needs a keystore; or it answers a request, whose key is here."""
        uses = [UseAs.SERVER, UseAs.SAML, *([UseAs.APNS] if is_keystore else []), UseAs.SSL_LISTENER]
        options = [(USES[use], use.value) for use in uses]
        if self._request is not None:
            options.insert(0, (f"{USES[self._request.use_as]} (as the request says)", _AS_REQUESTED))
        return options

    def _offer_uses(self, is_keystore: bool) -> None:
        select = self.query_one("#use-as", Select)
        chosen, options = select.value, self._uses(is_keystore)
        select.set_options(options)
        likely = None if self._likely is None else self._likely.value
        for wanted in (chosen, likely):
            if any(value == wanted for _, value in options):
                select.value = wanted
        if select.value == likely:
            self._likely = None  # from here on it is as somebody chooses

    @on(SourceForm.KindChanged)
    def _kind_changed(self, event: SourceForm.KindChanged) -> None:
        self._offer_uses(event.is_keystore)
        self.query_one(ConflictChoice).close()

    def confirm(self) -> None:
        try:
            answers = self.query_one(SourceForm).answers()
            choice = self.query_one(ConflictChoice).choice()
        except Refusal as refusal:
            self.refused(refusal)
            return
        chosen = self.query_one("#use-as", Select).value
        use_as = None if chosen == _AS_REQUESTED else UseAs(str(chosen))
        description = self.query_one("#description", Input).value
        job = partial(self._import, answers, use_as, description, choice)
        self.perform(job, self.dismiss, saying="Importing …")

    def _import(
        self, answers: SourceAnswers, use_as: UseAs | None, description: str, on_conflict: OnConflict
    ) -> ImportResult:
        self.query_one(SourceForm).ask_which(answers)
        return self.workspace.inventory.import_from(
            answers.load(), use_as=use_as, description=description, on_conflict=on_conflict
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
