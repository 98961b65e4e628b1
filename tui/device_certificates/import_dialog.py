"""Importing an archive of device certificates."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from ...store.bulk.archive import open_archive
from ...store.bulk.importing import Progress, Stop
from ...store.bulk.results import BulkResult
from ...store.effects.effects import Effects
from ...store.model.bulk import IdentityType
from ...store.policies.rules import IDENTITY_TITLES
from ...store.words import plural
from ...store.workspace import Workspace
from ..dialogs.background_work import Leaving
from ..dialogs.choice_fields import ChoiceField
from ..dialogs.effects_panel import EffectsPanel
from ..dialogs.file_field import FileField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, TextField
from ..dialogs.trial_copy import TrialCopy

MOST = 200  # files that are read for the difference: deriving the key of each may take a second


class BulkImportDialog(FormDialog[BulkResult]):
    """Returns the result of each file. Esc stops after the files being written; imported ones stay."""

    changes = True
    heading = "Import device certificates"
    confirm_label = "Import"
    wide = True
    AUTO_FOCUS = "#path"

    def __init__(self) -> None:
        super().__init__()
        self._looked_into: tuple[Path, int] | None = None  # an archive, and how many files are in it
        self._copy = TrialCopy(lambda: self.workspace)

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
            files = len(archive.files)
        self._looked_into = path, files
        return plural(files, "PKCS #12 file")

    @on(FileField.Inspected)
    def _inspected(self, event: FileField.Inspected) -> None:
        event.stop()
        self.look_ahead()

    def change(self) -> Callable[..., object] | None:
        return super().change() if 0 < self._files <= MOST else None

    @property
    def _files(self) -> int:
        """How many there are in the archive that is chosen; 0 until it was looked into."""
        path, files = self._looked_into or (None, 0)
        return files if path == self.query_one(FileField).now else 0

    def try_out(self, change: Callable[..., object], stop: threading.Event) -> Effects | None:
        assert isinstance(change, partial)
        return self._copy.carry_out(partial(_import, stop=stop.is_set, **change.keywords), stop)

    def look_ahead(self) -> None:
        super().look_ahead()
        if self._files > MOST:
            self._look_no_further()
            self.query_one(EffectsPanel).say(
                f"What more than {MOST} files would change isn't worked out here; each is judged alone, and listed."
            )

    def submit(self, answers: dict[str, Any]) -> None:
        self.query_one(FileField).say("")
        job = partial(self.work, **answers)
        self.perform(job, partial(self.did, answers), saying="Checking the archive …", leaving=Leaving.STOPS)

    def work(self, file: Path, identity_type: IdentityType, credentials: str) -> BulkResult:
        progress, stop = self.count, self.stop.is_set
        return _import(self.workspace, file, identity_type, credentials, progress=progress, stop=stop)

    def command_words(self, file: Path, identity_type: IdentityType, credentials: str) -> Sequence[object]:
        named = ("--credentials", credentials) if credentials else ()
        return "bulk", "import", file.absolute(), "--identity-type", identity_type, *named


def _import(
    workspace: Workspace,
    file: Path,
    identity_type: IdentityType,
    credentials: str,
    *,
    stop: Stop,
    progress: Progress | None = None,
) -> BulkResult:
    return workspace.bulk.import_archive(
        file, identity_type=identity_type, credentials=credentials or None, progress=progress, stop=stop
    )
