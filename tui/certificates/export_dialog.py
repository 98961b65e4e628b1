"""Export of certificates to a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...store.errors import Refusal
from ...store.inventory.sources import ExportFormat
from ...store.model.certificate import Certificate
from ...store.views.certificate import certificate_title
from ...store.words import plural
from ...store.workspace import Workspace
from ..dialogs.choice_fields import TickField
from ..dialogs.form_fields import Answers, PasswordField
from ..dialogs.output_file import file_name
from ..dialogs.save_dialog import FileFormat, SaveDialog

_FORMATS = {
    ExportFormat.PEM: ("PEM, the certificate alone", ".pem"),
    ExportFormat.CHAIN: ("PEM, with its chain", "-chain.pem"),
    ExportFormat.DER: ("DER", ".cer"),
    ExportFormat.PKCS7: ("PKCS #7 (PEM), with its chain", ".p7b"),
    ExportFormat.PKCS7_DER: ("PKCS #7 (DER), with its chain", ".p7b"),
    ExportFormat.PKCS12: ("PKCS #12, with chain and private key", ".p12"),
}


def export_dialog(workspace: Workspace, certificates: Sequence[Certificate]) -> SaveDialog:
    """Several certificates are written to one PEM file."""
    first, one = certificates[0], len(certificates) == 1
    name = file_name(first.name, first.id) if one else "certificates"

    def is_keystore(answers: Answers) -> bool:
        return answers["format"] is ExportFormat.PKCS12

    def contents(
        format: ExportFormat, password: str | None = None, again: str | None = None, legacy: bool = False
    ) -> bytes:
        if password != again:
            raise Refusal("passwords-differ", "the two passwords differ", "Type the same one twice.")
        if format is ExportFormat.PKCS12:
            return workspace.inventory.export(first.id, format, password=password, legacy=legacy)
        return b"".join(workspace.inventory.export(certificate.id, format) for certificate in certificates)

    def command(
        format: ExportFormat, password: str | None = None, legacy: bool = False, **again: Any
    ) -> Sequence[object]:
        words: list[object] = ["certificate", "export", *(one.id for one in certificates), "--format", format]
        words += ["--password-file", "-"] if password else []
        return [*words, *(["--legacy"] if legacy else [])]

    return SaveDialog(
        f"Export {certificate_title(first) if one else plural(len(certificates), 'certificate')}",
        {
            format: FileFormat(title, f"{name}{ending}", private=format is ExportFormat.PKCS12)
            for format, (title, ending) in _FORMATS.items()
            if one or format in (ExportFormat.PEM, ExportFormat.CHAIN)
        },
        contents,
        fields=[
            PasswordField(
                "password", "Password", placeholder="protects the file", when=is_keystore, to_blame=["password-needed"]
            ),
            PasswordField("again", "Once more", when=is_keystore, to_blame=["passwords-differ"]),
            TickField("legacy", "for old readers (3DES, SHA-1)", label="Ciphers", when=is_keystore),
        ],
        command=command,
    )
