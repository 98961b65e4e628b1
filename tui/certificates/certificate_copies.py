"""What of a certificate can be copied."""

from __future__ import annotations

from ...store.workspace import Workspace
from ..lists.copying import Copyable
from .certificate_rows import CertificateRow


def copies(workspace: Workspace) -> tuple[Copyable[CertificateRow], ...]:
    """The name, the certificate itself, and what identifies it; never a key or a password."""
    return (
        Copyable("name", lambda row: row.certificate.name),
        Copyable("PEM", lambda row: workspace.inventory.export_pem(row.id).decode("ascii")),
        Copyable("id", lambda row: str(row.id)),
        Copyable("command", lambda row: f"certfleet certificate show {row.id}"),
        Copyable("serial number", lambda row: row.certificate.serial_number),
        Copyable("SHA-256", lambda row: row.certificate.fingerprint_sha256),
        Copyable("subject", lambda row: row.certificate.subject),
        Copyable("alternative names", lambda row: ", ".join(row.certificate.sans)),
    )
