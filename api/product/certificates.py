"""Certificates of the inventory: list, export and delete."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ...store.errors import CANNOT_WRITE, Refusal
from ...store.inventory.status import days_left
from ...store.views.product.certificates import certificate_entry
from ...store.workspace import Workspace
from ..server.answers import HttpAnswer, Success, answer
from ..server.calls import IN_BODY, Body, Calls
from ..server.problems import as_json
from ..server.session import changes, keeps, reads
from ..server.surfaces import PRODUCT
from .certificate_fields import CertificateAnswer, CertificatesDeleted
from .request_fields import Id, YesNo

calls = Calls(PRODUCT, "/certificates", tag="certificates")

Ids = Annotated[list[Id], Meta(min_length=1, max_length=10_000, examples=[[7]])]


class CertificatesToDelete(Body, kw_only=True):
    """The ids of entries."""

    certificateIds: Ids


Wanted = Annotated[CertificatesToDelete | Ids, IN_BODY]


class CertificateToExport(Body, kw_only=True):
    """An entry, and the password for its private key where that is to come along."""

    id: Id
    password: Annotated[str, Meta(max_length=2000, extra_json_schema={"format": "password"})] = ""
    exportPrivateKey: YesNo = False

    def __repr__(self) -> str:
        return "CertificateToExport(...)"


class CertificateExported(Success, frozen=True, kw_only=True):
    """An entry as PEM: the private key first, encrypted, where that was asked for."""

    certificate: str


@calls.get("", reads(CertificateAnswer))
def list_certificates(workspace: Workspace) -> HttpAnswer:
    """List every certificate of the inventory, replaced ones included."""
    now = workspace.now()
    found = [certificate_entry(entry, days_left(entry, now)) for entry in workspace.inventory.list()]
    return answer(CertificateAnswer, certificate=found)


@calls.post("/export", keeps(CertificateExported, 403, 404))
def export_certificate(workspace: Workspace, wanted: CertificateToExport) -> HttpAnswer:
    """Export a certificate as PEM. With `exportPrivateKey` its private key comes first, encrypted under the password:
    for administrators alone, and it leaves an audit line."""
    if wanted.exportPrivateKey:
        workspace.audit.permit("certificate.export-key")
    data = workspace.inventory.export_pem(wanted.id, password=wanted.password if wanted.exportPrivateKey else None)
    return answer(CertificateExported, certificate=data.decode("ascii"))


@calls.delete("", changes(CertificatesDeleted, "certificate.delete"))
def delete_certificates(workspace: Workspace, wanted: Wanted) -> HttpAnswer:
    """Delete entries with their private keys: `{"certificateIds": ["751"]}`, or a bare list. Each is deleted
    independently; an entry that is in use, was replaced, or issued other entries is refused."""
    deleted, refused = [], []
    for id in dict.fromkeys(wanted if isinstance(wanted, list) else wanted.certificateIds):
        try:
            deleted.append(workspace.inventory.delete(id).id)
        except Refusal as refusal:
            if refusal.code in CANNOT_WRITE:
                raise
            refused.append({"id": id, **as_json(refusal)})
    return answer(CertificatesDeleted, deleted=deleted, refused=refused)
