"""Export of a CA's certificate, chain or revocation list to a file."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.hazmat.primitives.serialization import Encoding

from ...store.model.authority import Authority, AuthorityRole
from ...store.printable import printable
from ...store.workspace import Workspace
from ..dialogs.form_fields import Note
from ..dialogs.output_file import file_name
from ..dialogs.save_dialog import FileFormat, SaveDialog
from .table import ROLES

_FORMATS = {
    "pem": ("PEM, the certificate alone", ".pem"),
    "chain": ("PEM, with its root", "-chain.pem"),
    "der": ("DER", ".cer"),
    "crl": ("CRL, a new revocation list (DER)", ".crl"),
}
_NOT_OFFERED = {AuthorityRole.ROOT: ("chain",), AuthorityRole.DEVICE: (), AuthorityRole.SERVER: ()}


def export_dialog(workspace: Workspace, authority: Authority) -> SaveDialog:
    """Offer the files that a CA of this role can export."""
    authorities, group, role = workspace.authorities, authority.group, authority.role
    name = f"{file_name(group, authority.group_id)}-{role}-ca"

    def contents(format: str) -> bytes:
        if format == "crl":
            return authorities.crl(group, role)
        if format == "der":
            return base64.b64decode(authority.der)
        chain = authorities.chain(group, role)
        return b"".join(link.public_bytes(Encoding.PEM) for link in (chain if format == "chain" else chain[:1]))

    def command(format: str) -> Sequence[object]:
        what = ("crl", group) if format == "crl" else ("export", group)
        der = ("--format", "der") if format in ("crl", "der") else ()
        return "authority", *what, *der, "--role", role, *(("--chain",) if format == "chain" else ())

    offered = {one: FileFormat(title, name + ending) for one, (title, ending) in _FORMATS.items()}
    for format in _NOT_OFFERED[role]:
        del offered[format]
    crl = "A revocation list is good for seven days; each has a number of its own."
    return SaveDialog(
        f"Export the {ROLES[role]} of {printable(group)}",
        offered,
        contents,
        below=[Note(crl, "quiet")] if "crl" in offered else [],
        command=command,
    )
