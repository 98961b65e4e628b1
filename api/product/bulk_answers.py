"""What both surfaces answer about device certificates in bulk. The names here are ours (``already_there``), and the
product's calls write them in its way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from ...store.bulk.results import BulkResult, Deletion, FileResult, Outcome
from ...store.model.bulk import IdentityType
from ...store.views.documents import document_type, fields_of
from ...store.views.identity_certificate import IdentityCertificateDocument, identity_certificate_document
from ...store.workspace import Workspace
from ..server.problems import as_json
from .bulk_requests import identity_type_of
from .uploads import Upload, body

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


def archive_body(properties: dict[str, Any]) -> dict[str, Any]:
    """What the OpenAPI page says of a request with an archive."""
    return body(properties, file="A .zip of IDENTITY.p12 files and a credential file.")


def import_upload(workspace: Workspace, upload: Upload) -> BulkResult:
    """Import the archive of an upload."""
    return workspace.bulk.import_archive(
        upload.file,
        identity_type=identity_type_of(upload.word("identityType")),
        credentials=upload.word("credentialFileName"),
        name=upload.name,
    )


def import_fields(workspace: Workspace, result: BulkResult) -> dict[str, Any]:
    """The result of each file. ``total`` is the number of keystores in the archive."""

    def taken(outcome: Outcome) -> list[dict[str, Any]]:
        return [_taken(workspace, one) for one in result.with_outcome(outcome)]

    return {
        "imported": taken(Outcome.IMPORTED),
        "replaced": taken(Outcome.REPLACED),
        "already_there": taken(Outcome.ALREADY_THERE),
        "refused": [
            {"file": one.file, "identity": one.identity, **as_json(one.refusal)}
            for one in result.results
            if one.refusal is not None
        ],
        "total": result.total,
        "notes": list(result.notes),
    }


def removal_fields(results: Iterable[tuple[IdentityType, Deletion]]) -> dict[str, Any]:
    """The result for each identity, with its type."""
    deleted, refused = [], []
    for kind, one in results:
        told = {"identity_type": kind.value, "identity": one.identity}
        if one.record is not None:
            deleted.append({"id": one.record.id, **told})
        elif one.refusal is not None:
            refused.append({"line": one.line, **told, **as_json(one.refusal)})
    return {"deleted": deleted, "refused": refused}


def _taken(workspace: Workspace, one: FileResult) -> dict[str, Any]:
    assert one.record is not None
    document = identity_certificate_document(one.record, workspace.now(), workspace.expiry(), workspace.bulk)
    return {**fields_of(document), "file": one.file, "notes": list(one.notes)}
