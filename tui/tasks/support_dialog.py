"""Writing the PFX and its password that support of a migrated site gets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from textual.widget import Widget
from textual.widgets import Input, Static

from ...store.errors import Refusal
from ...store.inventory.sources import ExportFormat
from ...store.model.task import Task
from ..components.choices import Tick
from ..components.dialog import Dialog
from ..components.file_chooser import PathInput
from ..components.file_inspection import path_of
from ..components.form import FormRow
from ..components.output_file import write_file


class SupportDialog(Dialog[str]):
    """Gives a sentence that says what was written: two files, to be sent on two different ways."""

    heading = "PFX and password for support"
    confirm_label = "Write both"

    def __init__(self, task: Task) -> None:
        super().__init__()
        self._follow_up = task

    def compose_form(self) -> Iterable[Widget]:
        row = self.console.register.rows.get(self._follow_up.certificate_id or 0)
        name = re.sub(r"[^\w.-]+", "_", "" if row is None else row.certificate.name).strip("._")
        name = name or f"certificate-{self._follow_up.certificate_id}"
        yield Static(
            "The PFX holds the new certificate with its chain and its private key, under a new password. Send the two "
            "files on two different ways, and delete them here.",
            markup=False,
        )
        yield Static("")
        yield FormRow("PFX to", PathInput(str(Path.cwd() / f"{name}.pfx"), id="target"))
        yield FormRow("Password to", PathInput(str(Path.cwd() / f"{name}-password.txt"), id="password-target"))
        yield FormRow("", Tick("overwrite files that are there", id="overwrite", compact=True))

    def confirm(self) -> None:
        targets = [self.query_one(f"#{id}", Input).value for id in ("target", "password-target")]
        if not all(target.strip() for target in targets):
            self.refused(Refusal("file-missing", "two files are needed: the PFX and its password"))
            return
        pfx, password = map(path_of, targets)
        if pfx.absolute() == password.absolute():
            self.refused(Refusal("same-file", "the PFX and its password go into two files", "Name two."))
            return
        job = partial(self._write, pfx, password, self.query_one("#overwrite", Tick).value)
        self.perform(job, self.dismiss, saying="Exporting …")

    def _write(self, pfx: Path, password_file: Path, overwrite: bool) -> str:
        task, password = self.workspace.tasks.for_support(self._follow_up.id)
        assert task.certificate_id is not None
        data = self.workspace.inventory.export(task.certificate_id, ExportFormat.PKCS12, password=password)
        write_file(password_file, f"{password}\n".encode(), private=True, overwrite=overwrite)
        try:
            write_file(pfx, data, private=True, overwrite=overwrite)
        except Refusal:
            password_file.unlink(missing_ok=True)  # of no use without the other
            raise
        return f"Written to {pfx.name} and {password_file.name}."
