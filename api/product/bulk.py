"""Bulk device certificates: import an archive, remove them."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from ...store.bulk.removal_list import read_removal_list
from ...store.bulk.results import FileResult, Outcome
from ...store.model.bulk import IdentityType
from ...store.views.documents import document_type
from ...store.views.identity_certificate import IdentityCertificateDocument, identity_certificate_document
from ...store.views.product.bulk_counts import import_counts, removal_counts
from ...store.workspace import Workspace
from ..server.answers import HttpAnswer, answer, camel
from ..server.calls import Calls
from ..server.problems import as_json
from ..server.session import changes
from ..server.surfaces import PRODUCT
from .bulk_requests import identity_type_of
from .certificate_fields import CertificateAnswer
from .uploads import Uploaded, body

calls = Calls(PRODUCT, "/certificates", tag="bulk")

PROPERTIES: dict[str, Any] = {
    "alias": {"type": "string"},
    "useAs": {"type": "string", "enum": ["device"]},
    "uploadType": {"type": "string", "enum": ["keystore"]},
    "keystoreType": {"type": "string", "enum": ["PKCS12"]},
    "identityType": {"type": "string", "enum": [kind.value for kind in IdentityType]},
    "credentialFileName": {"type": "string", "description": "The credential file's name; else the only text file."},
}


REMOVAL: dict[str, Any] = {"identityType": PROPERTIES["identityType"]}
_LIST = "A text file of identities, one a line, or the archive."

FileTaken = document_type(
    "FileTaken", IdentityCertificateDocument, "A file of the archive that was taken.", file=str, notes=tuple[str, ...]
)


class FileRefused(Struct, frozen=True, kw_only=True):
    """A file of the archive that was not imported."""

    file: str
    identity: str
    code: str
    message: str


class BulkImported(CertificateAnswer, frozen=True, kw_only=True):
    """The product's counts, as texts, and the result of each file. ``total`` is the number of keystores."""

    imported: list[FileTaken]
    replaced: list[FileTaken]
    alreadyThere: list[FileTaken]
    refused: list[FileRefused]
    total: int
    notes: list[str]
    successCount: str
    failedCount: str
    skipCount: str


class IdentityDeleted(Struct, frozen=True, kw_only=True):
    """An identity whose certificate was deleted."""

    id: int
    identityType: str
    identity: str


class IdentityRefused(Struct, frozen=True, kw_only=True):
    """An identity without a certificate to delete. ``line`` is its line in the file, or its position in the list."""

    line: int
    identityType: str
    identity: str
    code: str
    message: str


class BulkRemoved(CertificateAnswer, frozen=True, kw_only=True):
    """The product's counts, as texts, and the result for each identity."""

    deleted: list[IdentityDeleted]
    refused: list[IdentityRefused]
    successCount: str
    failedCount: str
    skipCount: str


@calls.post(
    "/import/keystore/device",
    changes(
        BulkImported,
        "bulk.import",
        requestBody=body(PROPERTIES, file="A .zip of IDENTITY.p12 files and a credential file."),
    ),
)
def import_device_certificates(workspace: Workspace, upload: Uploaded) -> HttpAnswer:
    """Import a `.zip` of PKCS #12 files named after devices, with a text file of their passwords: one line
    `IDENTITY.p12=PASSWORD` for each. Files are imported independently, and the answer lists every one. Importing the
    same archive again changes nothing."""
    identity_type = identity_type_of(upload.word("identityType"))
    result = workspace.bulk.import_archive(
        upload.file,
        identity_type=identity_type,
        credentials=upload.word("credentialFileName"),
        name=upload.name,
    )

    def taken(outcome: Outcome) -> list[dict[str, Any]]:
        return [_taken(workspace, one) for one in result.with_outcome(outcome)]

    return answer(
        BulkImported,
        imported=taken(Outcome.IMPORTED),
        replaced=taken(Outcome.REPLACED),
        alreadyThere=taken(Outcome.ALREADY_THERE),
        refused=[
            {"file": one.file, "identity": one.identity, **as_json(one.refusal)}
            for one in result.results
            if one.refusal is not None
        ],
        total=result.total,
        notes=list(result.notes),
        **msgspec.to_builtins(import_counts(result)),
    )


@calls.post("/remove/keystore/device", changes(BulkRemoved, "bulk.delete", requestBody=body(REMOVAL, file=_LIST)))
def remove_device_certificates(workspace: Workspace, upload: Uploaded) -> HttpAnswer:
    """Remove the certificates of the devices that a text file of identities names, or the archive that brought them.
    Each is removed independently."""
    kind = identity_type_of(upload.word("identityType"))
    results = workspace.bulk.delete(read_removal_list(upload.file), identity_type=kind)
    told = {"identityType": kind.value}
    return answer(
        BulkRemoved,
        deleted=[{"id": one.record.id, **told, "identity": one.identity} for one in results if one.record is not None],
        refused=[
            {"line": one.line, **told, "identity": one.identity, **as_json(one.refusal)}
            for one in results
            if one.refusal is not None
        ],
        **msgspec.to_builtins(removal_counts(results)),
    )


def _taken(workspace: Workspace, one: FileResult) -> dict[str, Any]:
    assert one.record is not None
    return {
        **camel(identity_certificate_document(one.record, workspace.now(), workspace.expiry(), workspace.bulk)),
        "file": one.file,
        "notes": list(one.notes),
    }
