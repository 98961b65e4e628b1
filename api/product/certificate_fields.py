"""A certificate under the product's field names, with certfleet's own fields beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from ...store.apns.apns_check import ApnsCheck
from ...store.inventory.sources import ImportResult, OtherEntry
from ...store.model.certificate import Certificate, UseAs
from ...store.views.certificate import CertificateDocument, certificate_document
from ...store.views.documents import document_type
from ...store.views.product.certificates import CertificateEntry
from ...store.words import day
from ...store.workspace import Workspace
from ..server.answers import Success, camel

TYPES = {
    UseAs.SERVER: "Server",
    UseAs.SAML: "SAML",
    UseAs.APNS: "APNS",
    UseAs.SSL_LISTENER: "SSL Listener",
    UseAs.DEVICE: "Device",
}


def certificate_shape(workspace: Workspace, entry: Certificate) -> dict[str, Any]:
    """An entry of the inventory. ``validFrom`` and ``validTo`` are days, as the product gives them."""
    return {
        **camel(certificate_document(entry, workspace.now(), workspace.expiry())),
        "name": entry.name,
        "type": TYPES[entry.use_as],
        "validFrom": day(entry.not_before),
        "validTo": day(entry.not_after),
        "isActive": entry.replaced_by is None,
        "privateKey": entry.has_private_key,
        "ca": entry.is_ca,
    }


def import_shape(workspace: Workspace, result: ImportResult) -> dict[str, Any]:
    """What an import did."""

    def shapes(entries: Iterable[Certificate]) -> list[dict[str, Any]]:
        return [certificate_shape(workspace, entry) for entry in entries]

    return {
        "imported": shapes(result.imported),
        "linked": shapes(result.linked),
        "deleted": shapes(result.deleted),
        "alsoInFile": camel(list(result.also_in_file)),
        "notes": list(result.notes),
    }


CertificateFields = document_type(
    "CertificateFields",
    CertificateDocument,
    "An entry of the inventory: our document, and the product's names.",
    name=str,
    type=str,
    valid_from=str,
    valid_to=str,
    is_active=bool,
    private_key=bool,
    ca=bool,
)


class CertificateAnswer(Success, frozen=True, kw_only=True):
    """The product's one shape of all answers about certificates. ``csrRequest`` is PEM; ``certificate`` is the
    inventory where it is asked for."""

    csrId: int = 0
    csrRequest: str | None = None
    apnsCheck: ApnsCheck | None = None
    certificate: list[CertificateEntry] | None = None
    apnsCheckObj: ApnsCheck | None = None


class CertificatesImported(CertificateAnswer, frozen=True, kw_only=True):
    """The result of an import: new, existing and deleted entries, and what else was in the file."""

    imported: list[CertificateFields]
    linked: list[CertificateFields]
    deleted: list[CertificateFields]
    alsoInFile: list[OtherEntry]
    notes: list[str]


class CertificateRefused(Struct, frozen=True, kw_only=True):
    """One refused item of a batch."""

    id: int
    code: str
    message: str


class CertificatesDeleted(CertificateAnswer, frozen=True, kw_only=True):
    """The ids that were deleted, and those that were refused with the reason."""

    deleted: list[int]
    refused: list[CertificateRefused]
