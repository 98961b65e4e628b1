"""Bulk device certificates: import an archive, list, delete."""

from __future__ import annotations

from ...store.model.bulk import IdentityType
from ...store.views.identity_certificate import IdentityCertificateDocument, identity_certificate_document
from ...store.workspace import Workspace
from ..product.bulk_answers import (
    PROPERTIES,
    IdentityDeleted,
    IdentityRefused,
    RefusedFile,
    TakenFile,
    archive_body,
    import_fields,
    import_upload,
    removal_fields,
)
from ..product.bulk_requests import DELETE_BODY, Identities
from ..product.request_fields import Limit, Start
from ..product.uploads import Uploaded
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.calls import Calls
from ..server.session import changes, reads
from ..server.surfaces import OWN

calls = Calls(OWN, "/bulk", tag="bulk")


class ArchiveImported(DoneAnswer, frozen=True, kw_only=True):
    """The result of each file. ``total`` is the number of keystores in the archive."""

    imported: list[TakenFile]
    replaced: list[TakenFile]
    already_there: list[TakenFile]
    refused: list[RefusedFile]
    total: int
    notes: list[str]


class BulkPage(DoneAnswer, frozen=True, kw_only=True):
    """A page of device certificates, and how many there are of that kind."""

    certificates: list[IdentityCertificateDocument]
    total: int


class BulkDeleted(DoneAnswer, frozen=True, kw_only=True):
    """The result for each identity."""

    deleted: list[IdentityDeleted]
    refused: list[IdentityRefused]
    total: int


@calls.post("", changes(ArchiveImported, "bulk.import", requestBody=archive_body(PROPERTIES)))
def import_archive(workspace: Workspace, upload: Uploaded) -> HttpAnswer:
    """Import a `.zip` of PKCS #12 files named after devices, with a text file of their passwords: one line
    `IDENTITY.p12=PASSWORD` for each. Files are imported independently, and the answer lists every one."""
    return answer(ArchiveImported, **import_fields(workspace, import_upload(workspace, upload)))


@calls.get("", reads(BulkPage))
def list_device_certificates(
    workspace: Workspace,
    identity_type: IdentityType | None = None,
    start: Start = 0,
    limit: Limit = 1000,
) -> HttpAnswer:
    """List the bulk device certificates by id, 1,000 unless a limit is given."""
    found = workspace.bulk.list(identity_type)
    first = start or 0
    page = found[first : first + (1000 if limit is None else limit)]
    return answer(
        BulkPage,
        certificates=[
            identity_certificate_document(record, workspace.now(), workspace.expiry(), workspace.bulk)
            for record in page
        ],
        total=len(found),
    )


@calls.delete("", changes(BulkDeleted, "bulk.delete", requestBody=DELETE_BODY))
def delete_device_certificates(workspace: Workspace, wanted: Identities) -> HttpAnswer:
    """Delete the certificates of these identities: `{"SERIAL_NUMBER": ["A12BC3D4EFGH"]}`, or
    `{"identity_type": "SERIAL_NUMBER", "identities": [...]}`, or multipart/form-data with a text file of identities,
    one a line, and `identity_type`. Each is deleted independently."""
    results = [
        (kind, one) for kind, identities in wanted for one in workspace.bulk.delete(identities, identity_type=kind)
    ]
    return answer(BulkDeleted, **removal_fields(results), total=len(results))
