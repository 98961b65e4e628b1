"""Importing an archive of device certificates."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from textual import on, work
from textual.widget import Widget
from textual.widgets import Input, Select, Static

from ...store.bulk.archive import open_archive
from ...store.bulk.results import BulkResult
from ...store.errors import Refusal
from ...store.model.bulk import IdentityType
from ...store.policies.rules import IDENTITY_TITLES
from ...store.words import plural
from ..components.counting_dialog import CountingDialog
from ..components.file_chooser import FileChooser
from ..components.form import FormRow
from ..components.refusal_panel import refusal_text


class BulkImportDialog(CountingDialog[BulkResult]):
    """Gives what came of each file. Esc stops it after the files that are being written; what is in stays."""

    heading = "Import device certificates"
    confirm_label = "Import"
    wide = True
    stoppable = True
    AUTO_FOCUS = "#path"

    def compose_form(self) -> Iterable[Widget]:
        yield Static(
            "A .zip of PKCS #12 files named after devices (IDENTITY.p12), and a text file of their passwords: a line "
            "IDENTITY.p12=PASSWORD each. Every file is judged alone.",
            classes="quiet",
            markup=False,
        )
        yield Static("")
        yield FormRow("Archive", FileChooser(id="file"))
        yield Static("", id="found")
        options = [(IDENTITY_TITLES[kind], kind) for kind in IdentityType]
        select = Select[IdentityType](options, allow_blank=False, id="identity-type", compact=True)
        yield FormRow("Named after", select)
        usual = "name of the password file in it; else its only text file"
        yield FormRow("Passwords", Input(id="credentials", placeholder=usual, compact=True))

    # Looking into the archive

    @on(FileChooser.Chosen)
    def _chosen(self, event: FileChooser.Chosen) -> None:
        event.stop()
        self.query_one("#found", Static).update("looking into it …")
        self._look(event.path, self._credentials)

    @property
    def _credentials(self) -> str | None:
        return self.query_one("#credentials", Input).value.strip() or None

    @work(thread=True, exclusive=True, group="look", exit_on_error=False)
    def _look(self, path: Path, credentials: str | None) -> None:
        try:
            with open_archive(path, credentials=credentials) as archive:
                found: str | Refusal = plural(len(archive.files), "PKCS #12 file")
        except Refusal as refusal:
            found = refusal
        self.app.call_from_thread(self._looked, found)

    def _looked(self, found: str | Refusal) -> None:
        if self.is_attached:
            static = self.query_one("#found", Static)
            static.update(refusal_text(static, found) if isinstance(found, Refusal) else found)

    # Importing

    def confirm(self) -> None:
        path = self.query_one(FileChooser).path
        kind = self.query_one("#identity-type", Select).value
        if path is None:
            self.refused(Refusal("file-missing", "no file is named yet", "Type its path, or pick it in the tree."))
            return
        self.query_one("#found", Static).update("")
        job = partial(self._import, path, IdentityType(str(kind)), self._credentials)
        self.perform(job, self.dismiss, saying="Checking the archive …")

    def _import(self, path: Path, identity_type: IdentityType, credentials: str | None) -> BulkResult:
        return self.workspace.bulk.import_archive(
            path, identity_type=identity_type, credentials=credentials, progress=self.count, stop=self.is_stopped
        )

    def refused(self, refusal: Refusal) -> None:
        super().refused(refusal)
        if refusal.code.startswith("credentials-"):
            self.query_one("#credentials", Input).focus()
