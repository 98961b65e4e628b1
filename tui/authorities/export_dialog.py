"""Exporting a CA's certificate, its chain or its revocation list to a file."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from enum import StrEnum
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from textual import on
from textual.widget import Widget
from textual.widgets import Input, RadioSet, Static

from ...store.errors import Refusal
from ...store.model.authority import Authority, AuthorityRole
from ...store.printable import printable
from ..components.choices import RadioOption, Tick
from ..components.dialog import Dialog
from ..components.file_chooser import PathInput
from ..components.file_inspection import path_of
from ..components.form import FormRow
from ..components.output_file import write_file
from .table import ROLES


class _What(StrEnum):
    CERTIFICATE = "PEM, the certificate alone"
    CHAIN = "PEM, with its root"
    DER = "DER"
    CRL = "CRL, a new revocation list (DER)"


_ENDINGS = {_What.CERTIFICATE: ".pem", _What.CHAIN: "-chain.pem", _What.DER: ".cer", _What.CRL: ".crl"}
_OFFERED = {
    AuthorityRole.ROOT: (_What.CERTIFICATE, _What.DER),
    AuthorityRole.DEVICE: (_What.CERTIFICATE, _What.CHAIN, _What.DER, _What.CRL),
    AuthorityRole.SERVER: (_What.CERTIFICATE, _What.CHAIN, _What.DER),
}


class AuthorityExportDialog(Dialog[str]):
    """Gives a sentence that says what was written."""

    confirm_label = "Export"

    def __init__(self, authority: Authority) -> None:
        super().__init__()
        self._authority = authority
        self._offered = _OFFERED[authority.role]
        self.heading = f"Export the {ROLES[authority.role]} of {printable(authority.group)}"

    def compose_form(self) -> Iterable[Widget]:
        choices = [RadioOption(what.value, value=not at) for at, what in enumerate(self._offered)]
        yield FormRow("As", RadioSet(*choices, id="format", compact=True))
        yield FormRow("To file", PathInput(self._suggested(0), id="target"))
        yield FormRow("", Tick("overwrite a file that is there", id="overwrite", compact=True))
        if _What.CRL in self._offered:
            yield Static("A revocation list is good for seven days; each has a number of its own.", classes="quiet")

    @property
    def _what(self) -> _What:
        return self._offered[max(0, self.query_one("#format", RadioSet).pressed_index)]

    def _suggested(self, index: int) -> str:
        group = re.sub(r"[^\w.-]+", "_", self._authority.group).strip("._") or str(self._authority.group_id)
        return str(Path.cwd() / f"{group}-{self._authority.role}-ca{_ENDINGS[self._offered[index]]}")

    @on(RadioSet.Changed, "#format")
    def _format_changed(self, event: RadioSet.Changed) -> None:
        event.stop()
        target = self.query_one("#target", Input)
        if target.value in [self._suggested(index) for index in range(len(self._offered))]:
            target.value = self._suggested(event.index)

    def confirm(self) -> None:
        target = self.query_one("#target", Input).value
        if not target.strip():
            self.refused(Refusal("file-missing", "no file is named to write to"))
            return
        job = partial(self._export, path_of(target), self._what, self.query_one("#overwrite", Tick).value)
        self.perform(job, self.dismiss, saying="Exporting …")

    def _export(self, path: Path, what: _What, overwrite: bool) -> str:
        authorities, authority = self.workspace.authorities, self._authority
        if what is _What.CRL:
            data = authorities.crl(authority.group)
        elif what is _What.DER:
            data = base64.b64decode(authority.der)
        else:
            chain = authorities.chain(authority.group, authority.role)
            links = chain if what is _What.CHAIN else chain[:1]
            data = b"".join(link.public_bytes(Encoding.PEM) for link in links)
        write_file(path, data, overwrite=overwrite)
        return f"Exported to {path}"
