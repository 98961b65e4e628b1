"""Certificates: list, details, describe, use, delete, export, replace."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ...store.errors import CANNOT_WRITE, Refusal
from ...store.workspace import Workspace
from ..server.answers import Answer, answer
from ..server.calls import IN_BODY, Calls
from ..server.problems import as_json
from ..server.session import changes, reads
from ..server.surfaces import PRODUCT
from .certificate_fields import (
    CertificateList,
    CertificatesDeleted,
    certificate_shape,
)
from .request_fields import AnyId, Id

calls = Calls(PRODUCT, "/certificates", tag="certificates")

CertificateId = AnyId
Ids = Annotated[list[Id], Meta(min_length=1, max_length=10_000, examples=[[7]]), IN_BODY]


@calls.get("", reads(CertificateList))
def list_certificates(workspace: Workspace) -> Answer:
    """List every certificate of the inventory, replaced ones included."""
    entries = workspace.inventory.list()
    return answer(CertificateList, certificates=[certificate_shape(workspace, entry) for entry in entries])


@calls.delete("", changes(CertificatesDeleted, "certificate.delete"))
def delete_certificates(workspace: Workspace, ids: Ids) -> Answer:
    """Delete entries with their private keys. Each is deleted independently; an entry that is in use, was replaced, or
    issued other entries is refused."""
    deleted, refused = [], []
    for id in dict.fromkeys(ids):
        try:
            deleted.append(workspace.inventory.delete(id).id)
        except Refusal as refusal:
            if refusal.code in CANNOT_WRITE:
                raise
            refused.append({"id": id, **as_json(refusal)})
    return answer(CertificatesDeleted, deleted=deleted, refused=refused)
