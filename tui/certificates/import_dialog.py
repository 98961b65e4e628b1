"""Importing a certificate or a keystore, and replacing a certificate by a newer one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from textual.widget import Widget

from ...store.inventory.comparison import leaf_of
from ...store.inventory.sources import ImportResult, OnConflict, ReplaceResult
from ...store.model.certificate import Certificate, UseAs
from ...store.model.request import SigningRequest
from ...store.printable import printable
from ...store.views.certificate import USES, certificate_title, name_text
from ..dialogs.choice_fields import ChoiceField
from ..dialogs.form_fields import Note, TextField
from .comparison_dialog import compare_two
from .source_dialog import SameKeyField, SourceDialog

_AS_REQUESTED = "as requested"


class ImportDialog(SourceDialog[ImportResult]):
    """With ``request``, imports the answer to that request; ``use_as`` is the preselected use."""

    confirm_label = "Import"
    doing = "Importing …"

    def __init__(self, request: SigningRequest | None = None, *, use_as: UseAs | None = None) -> None:
        super().__init__()
        self._request, self._likely = request, use_as
        self._offered: dict[str, str] = {}
        self.heading = (
            "Import a certificate or keystore"
            if request is None
            else f"Import the answer to request {request.id}, {name_text(request.subject)}"
        )

    def compose_form(self) -> Iterable[Widget]:
        yield from self.source_fields()
        yield ChoiceField("use-as", "Use as", self._uses(False))
        yield TextField("description", "Description", placeholder="optional", longest=1000)
        yield SameKeyField()

    def _uses(self, is_keystore: bool) -> dict[str, str]:
        """The possible uses. APNs needs a private key: from a keystore, or in the vault when the file answers a
        request."""
        uses = [UseAs.SERVER, UseAs.SAML, *([UseAs.APNS] if is_keystore else []), UseAs.SSL_LISTENER]
        options = {use.value: USES[use] for use in uses}
        if self._request is not None:
            return {_AS_REQUESTED: f"{USES[self._request.use_as]} (as the request says)", **options}
        return options

    def follow_answers(self) -> None:
        super().follow_answers()
        options = self._uses(self.answers["kind"])
        if options != self._offered:
            self._offered = options
            self.query_one("#row-use-as", ChoiceField).offer(options, self._likely)
            if self._likely in options:
                self._likely = None  # from here on the person's choice stays

    def work(
        self, use_as: str, description: str, on_conflict: OnConflict = OnConflict.FAIL, **source: Any
    ) -> ImportResult:
        return self.workspace.inventory.import_from(
            self.load(**source),
            use_as=None if use_as == _AS_REQUESTED else UseAs(use_as),
            description=description,
            on_conflict=on_conflict,
        )

    def command_words(self, use_as: str, **answers: Any) -> Sequence[object]:
        command = "import-keystore" if answers.get("kind") else "import"
        use = () if use_as == _AS_REQUESTED else ("--use-as", use_as)
        return "certificate", command, *self.source_words(**answers), *use


class ReplaceDialog(SourceDialog[ReplaceResult]):
    """The old entry stays, marked replaced."""

    confirm_label = "Replace"
    doing = "Replacing …"
    heeds_notes = True
    more_buttons = (("compare", "Compare with the old"),)

    def __init__(self, certificate: Certificate) -> None:
        super().__init__()
        self._certificate = certificate
        self.heading = f"Replace {certificate_title(certificate)}"

    def compose_form(self) -> Iterable[Widget]:
        key = ", its private key" if self._certificate.has_private_key else ""
        yield Note(
            f"Bring the new certificate{key} and its chain. It needs a new key pair; the use is taken over, "
            "the old entry stays as history.",
            "quiet",
        )
        yield from self.source_fields()
        before = printable(self._certificate.description)
        yield TextField("description", "Description", before, select_on_focus=False)
        yield SameKeyField()

    def work(self, description: str, on_conflict: OnConflict = OnConflict.FAIL, **source: Any) -> ReplaceResult:
        return self.workspace.inventory.replace(
            self._certificate.id, self.load(**source), description=description, on_conflict=on_conflict
        )

    def command_words(self, description: str, **answers: Any) -> Sequence[object]:
        new = "" if description == self._certificate.description else description
        words = self.source_words(**answers, description=new)
        return "certificate", "replace", self._certificate.id, *words

    def action_compare(self) -> None:
        """Show the chosen file's certificate beside the one that it replaces."""
        if (answers := self.checked()) is None:
            return
        answers.pop("description")
        answers.pop("on_conflict", None)
        now = self.workspace.now()
        self.perform(
            lambda: leaf_of(self.load(**answers), now),
            lambda new: compare_two(self.console, self._certificate, new, file=answers["file"].name),
            saying="Reading …",
        )
