"""A certificate in the product's names, and beside them all that certfleet knows of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict

from ...store.inventory.sources import ImportResult
from ...store.model.certificate import Certificate, UseAs
from ...store.views.certificate import certificate_document
from ...store.workspace import Workspace
from ..server.answers import camel
from .request_fields import Success

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
        **camel(certificate_document(entry, workspace.now())),
        "name": entry.name,
        "type": TYPES[entry.use_as],
        "validFrom": f"{entry.not_before:%Y-%m-%d}",
        "validTo": f"{entry.not_after:%Y-%m-%d}",
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


class CertificateShape(BaseModel):
    """An entry of the inventory. What has ``replacedBy`` is kept as history; ``issuerId`` is the entry above it."""

    model_config = ConfigDict(extra="allow")
    id: int
    name: str
    description: str
    type: str
    useAs: str
    subject: str
    issuer: str
    serialNumber: str
    validFrom: str
    validTo: str
    notBefore: str
    notAfter: str
    isActive: bool
    privateKey: bool
    hasPrivateKey: bool
    ca: bool
    isCa: bool
    status: str
    daysLeft: int
    fingerprintSha256: str
    publicKeySha256: str
    issuerId: int | None
    replacedBy: int | None


class Certificates(Success):
    """The inventory."""

    certificates: list[CertificateShape]


class OneCertificate(Success):
    """An entry, the entries above it, and what it is used for."""

    certificate: CertificateShape


class Imported(Success):
    """What an import did: new entries, those that were there, those that it deleted, what else was in the file."""

    imported: list[CertificateShape]
    linked: list[CertificateShape]
    deleted: list[CertificateShape]
    alsoInFile: list[dict[str, Any]]
    notes: list[str]


class Replaced(Imported):
    """What a replacement did, and the tasks that a person has to do elsewhere."""

    old: CertificateShape
    new: CertificateShape
    switched: list[str]
    tasks: list[int]


class Judged(BaseModel):
    """One of many that was refused."""

    model_config = ConfigDict(extra="allow")
    id: int
    code: str
    message: str


class Deleted(Success):
    """Which of the ids were deleted, and which were not, and why."""

    deleted: list[int]
    refused: list[Judged]
