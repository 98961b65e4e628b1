"""Bulk device certificates: import an archive, list, delete."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from ...store.bulk.results import FileResult, Outcome
from ...store.model.bulk import IdentityType
from ...store.views.documents import document_type, fields_of
from ...store.views.identity_certificate import IdentityCertificateDocument, identity_certificate_document
from ...store.workspace import Workspace
from ..product.bulk_requests import DELETE_BODY, Identities, identity_type_of
from ..product.request_fields import Limit, Start
from ..product.uploads import Uploaded, body
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.calls import Calls
from ..server.problems import as_json
from ..server.session import changes, reads
from ..server.surfaces import OWN

calls = Calls(OWN, "/bulk", tag="bulk")

PROPERTIES: dict[str, Any] = {
    "identity_type": {"type": "string", "enum": [kind.value for kind in IdentityType]},
    "credential_file_name": {"type": "string", "description": "The credential file's name; else the only text file."},
}

TakenFile = document_type(
    "TakenFile", IdentityCertificateDocument, "A file of the archive that was taken.", file=str, notes=tuple[str, ...]
)


class RefusedFile(Struct, frozen=True, kw_only=True):
    """A file of the archive that was not imported."""

    file: str
    identity: str
    code: str
    message: str


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


class IdentityDeleted(Struct, frozen=True, kw_only=True):
    """An identity whose certificate was deleted."""

    id: int
    identity_type: str
    identity: str


class IdentityRefused(Struct, frozen=True, kw_only=True):
    """An identity without a certificate to delete. ``line`` is its line in the file, or its position in the list."""

    line: int
    identity_type: str
    identity: str
    code: str
    message: str


class BulkDeleted(DoneAnswer, frozen=True, kw_only=True):
    """The result for each identity."""

    deleted: list[IdentityDeleted]
    refused: list[IdentityRefused]
    total: int


@calls.post(
    "",
    changes(
        ArchiveImported,
        "bulk.import",
        requestBody=body(PROPERTIES, file="A .zip of IDENTITY.p12 files and a credential file."),
    ),
)
def import_archive(workspace: Workspace, upload: Uploaded) -> HttpAnswer:
    """Import a `.zip` of PKCS #12 files named after devices, with a text file of their passwords: one line
    `IDENTITY.p12=PASSWORD` for each. Files are imported independently, and the answer lists every one."""
    result = workspace.bulk.import_archive(
        upload.file,
        identity_type=identity_type_of(upload.word("identityType")),
        credentials=upload.word("credentialFileName"),
        name=upload.name,
    )

    def taken(outcome: Outcome) -> list[dict[str, Any]]:
        return [_taken(workspace, one) for one in result.with_outcome(outcome)]

    return answer(
        ArchiveImported,
        imported=taken(Outcome.IMPORTED),
        replaced=taken(Outcome.REPLACED),
        already_there=taken(Outcome.ALREADY_THERE),
        refused=[
            {"file": one.file, "identity": one.identity, **as_json(one.refusal)}
            for one in result.results
            if one.refusal is not None
        ],
        total=result.total,
        notes=list(result.notes),
    )


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
    deleted: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    total = 0
    for identity_type, identities in wanted:
        for result in workspace.bulk.delete(identities, identity_type=identity_type):
            total += 1
            told = {"identity_type": identity_type.value, "identity": result.identity}
            if result.record is not None:
                deleted.append({"id": result.record.id, **told})
            elif result.refusal is not None:
                refused.append({"line": result.line, **told, **as_json(result.refusal)})
    return answer(BulkDeleted, deleted=deleted, refused=refused, total=total)


def _taken(workspace: Workspace, one: FileResult) -> dict[str, Any]:
    assert one.record is not None
    document = identity_certificate_document(one.record, workspace.now(), workspace.expiry(), workspace.bulk)
    return {**fields_of(document), "file": one.file, "notes": list(one.notes)}
