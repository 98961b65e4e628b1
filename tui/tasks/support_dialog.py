"""Writing the PFX file and its password for the support of a migrated site."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from textual.widget import Widget

from ...store.confinement import working_folder
from ...store.errors import Refusal
from ...store.inventory.sources import ExportFormat
from ...store.model.task import Task
from ..dialogs.choice_fields import TickField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, PathField, needed
from ..dialogs.output_file import file_name, write_file


class SupportDialog(FormDialog[str]):
    """Returns a sentence that names the two written files, to be sent separately."""

    heading = "PFX and password for support"
    confirm_label = "Write both"
    doing = "Exporting …"

    def __init__(self, task: Task) -> None:
        super().__init__()
        self._follow_up = task

    def compose_form(self) -> Iterable[Widget]:
        row = self.console.certificates.rows.get(self._follow_up.certificate_id or 0)
        name = "" if row is None else row.certificate.name
        path = str(working_folder() / file_name(name, f"certificate-{self._follow_up.certificate_id}"))
        yield Note(
            "The PFX holds the new certificate with its chain and its private key, under a new password. Send the two "
            "files on two different ways, and delete them here."
        )
        yield Note()
        both = needed("file-missing", "two files are needed: the PFX and its password")
        yield PathField("target", "PFX to", f"{path}.pfx", check=both, to_blame=["file-*", "same-file"])
        yield PathField("password-target", "Password to", f"{path}-password.txt", check=both)
        yield TickField("overwrite", "overwrite files that are there")

    def command_words(self, target: Path, password_target: Path, overwrite: bool) -> Sequence[object]:
        files = (target.absolute(), "--password-output", password_target.absolute())
        return "task", "export", self._follow_up.id, *files, *(("--force",) if overwrite else ())

    def work(self, target: Path, password_target: Path, overwrite: bool) -> str:
        if target.absolute() == password_target.absolute():
            raise Refusal("same-file", "the PFX and its password go into two files", "Name two.")
        task, password = self.workspace.tasks.for_support(self._follow_up.id)
        assert task.certificate_id is not None
        data = self.workspace.inventory.export(task.certificate_id, ExportFormat.PKCS12, password=password)
        write_file(password_target, f"{password}\n".encode(), private=True, overwrite=overwrite)
        try:
            write_file(target, data, private=True, overwrite=overwrite)
        except Refusal:
            password_target.unlink(missing_ok=True)  # of no use without the other
            raise
        return f"Written to {target.name} and {password_target.name}."
