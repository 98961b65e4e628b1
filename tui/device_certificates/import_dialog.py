"""Importing an archive of device certificates."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from textual.widget import Widget
from textual.widgets import Input

from ...store.bulk.archive import open_archive
from ...store.bulk.results import BulkResult
from ...store.model.bulk import IdentityType
from ...store.policies.rules import IDENTITY_TITLES
from ...store.words import plural
from ..components.background_work import Leaving
from ..components.choice_fields import ChoiceField
from ..components.file_field import FileField
from ..components.form_dialog import FormDialog
from ..components.form_fields import Note, TextField


class BulkImportDialog(FormDialog[BulkResult]):
    """Returns the result of each file. Esc stops after the files being written; imported ones stay."""

    heading = "Import device certificates"
    confirm_label = "Import"
    wide = True
    AUTO_FOCUS = "#path"

    def compose_form(self) -> Iterable[Widget]:
        yield Note(
            "A .zip of PKCS #12 files named after devices (IDENTITY.p12), and a text file of their passwords: a line "
            "IDENTITY.p12=PASSWORD each. Every file is judged alone.",
            "quiet",
        )
        yield Note()
        yield FileField("file", "Archive", self._inspect)
        yield ChoiceField("identity-type", "Named after", {kind: IDENTITY_TITLES[kind] for kind in IdentityType})
        usual = "name of the password file in it; else its only text file"
        yield TextField("credentials", "Passwords", placeholder=usual, to_blame=["credentials-*"])

    def _inspect(self, path: Path) -> str:
        with open_archive(path, credentials=self.query_one("#credentials", Input).value.strip() or None) as archive:
            return plural(len(archive.files), "PKCS #12 file")

    def submit(self, answers: dict[str, Any]) -> None:
        self.query_one(FileField).say("")
        job = partial(self.work, **answers)
        self.perform(job, self.done, saying="Checking the archive …", leaving=Leaving.STOPS)

    def work(self, file: Path, identity_type: IdentityType, credentials: str) -> BulkResult:
        return self.workspace.bulk.import_archive(
            file,
            identity_type=identity_type,
            credentials=credentials or None,
            progress=self.count,
            stop=self.stop.is_set,
        )
