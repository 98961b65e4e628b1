"""Exporting certificates to a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from textual import on
from textual.widget import Widget
from textual.widgets import Input, RadioSet

from ...store.errors import Refusal
from ...store.inventory.sources import ExportFormat
from ...store.model.certificate import Certificate
from ...store.words import plural
from ..components.choices import RadioOption, Tick
from ..components.dialog import Dialog
from ..components.file_chooser import PathInput
from ..components.file_inspection import path_of
from ..components.form import FormRow
from ..components.output_file import write_file
from ..components.wording import title_of

_FORMATS = (
    (ExportFormat.PEM, "PEM, the certificate alone", ".pem"),
    (ExportFormat.CHAIN, "PEM, with its chain", "-chain.pem"),
    (ExportFormat.DER, "DER", ".cer"),
    (ExportFormat.PKCS12, "PKCS #12, with chain and private key", ".p12"),
)


class ExportDialog(Dialog[str]):
    """Gives a sentence that says what was written. Several certificates go into one PEM file."""

    confirm_label = "Export"

    def __init__(self, certificates: Sequence[Certificate]) -> None:
        super().__init__()
        self._certificates = list(certificates)
        one = len(certificates) == 1
        self._formats = _FORMATS if one else _FORMATS[:2]
        self.heading = f"Export {title_of(certificates[0]) if one else plural(len(certificates), 'certificate')}"

    def compose_form(self) -> Iterable[Widget]:
        buttons = [RadioOption(text, value=not at) for at, (_, text, _) in enumerate(self._formats)]
        yield FormRow("As", RadioSet(*buttons, id="format", compact=True))
        yield FormRow(
            "Password",
            Input(password=True, id="password", placeholder="protects the file", compact=True),
            id="row-password",
        )
        yield FormRow("Once more", Input(password=True, id="again", compact=True), id="row-again")
        legacy = Tick("for old readers (3DES, SHA-1)", id="legacy", compact=True)
        yield FormRow("Ciphers", legacy, id="row-legacy")
        yield FormRow("To file", PathInput(self._suggested(0), id="target"))
        yield FormRow("", Tick("overwrite a file that is there", id="overwrite", compact=True))

    def on_mount(self) -> None:
        self._arrange()

    @property
    def _format(self) -> ExportFormat:
        return self._formats[max(0, self.query_one("#format", RadioSet).pressed_index)][0]

    def _suggested(self, index: int) -> str:
        certificate = self._certificates[0]
        name = "certificates" if len(self._certificates) > 1 else re.sub(r"[^\w.-]+", "_", certificate.name).strip("._")
        return str(Path.cwd() / f"{name or certificate.id}{_FORMATS[index][2]}")

    def _arrange(self) -> None:
        for row in ("#row-password", "#row-again", "#row-legacy"):
            self.query_one(row).display = self._format is ExportFormat.PKCS12

    @on(RadioSet.Changed, "#format")
    def _format_changed(self, event: RadioSet.Changed) -> None:
        event.stop()
        target = self.query_one("#target", Input)
        if target.value in [self._suggested(index) for index in range(len(_FORMATS))]:
            target.value = self._suggested(event.index)
        self._arrange()

    def confirm(self) -> None:
        target = self.query_one("#target", Input).value
        password = self.query_one("#password", Input).value
        if not target.strip():
            self.refused(Refusal("file-missing", "no file is named to write to"))
        elif self._format is ExportFormat.PKCS12 and password != self.query_one("#again", Input).value:
            self.refused(Refusal("passwords-differ", "the two passwords differ", "Type the same one twice."))
        else:
            job = partial(
                self._export,
                path_of(target),
                self._format,
                password or None,
                self.query_one("#legacy", Tick).value,
                self.query_one("#overwrite", Tick).value,
            )
            self.perform(job, self.dismiss, saying="Exporting …")

    def _export(self, path: Path, format: ExportFormat, password: str | None, legacy: bool, overwrite: bool) -> str:
        inventory = self.workspace.inventory
        if format is ExportFormat.PKCS12:
            data = inventory.export(self._certificates[0].id, format, password=password, legacy=legacy)
        else:
            data = b"".join(inventory.export(certificate.id, format) for certificate in self._certificates)
        write_file(path, data, private=format is ExportFormat.PKCS12, overwrite=overwrite)
        return f"Exported to {path}"
