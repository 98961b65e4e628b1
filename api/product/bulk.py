"""Bulk device certificates: import an archive, remove them."""

from __future__ import annotations

from typing import Any

import msgspec

from ...store.bulk.removal_list import read_removal_list
from ...store.views.product.bulk_counts import import_counts, removal_counts
from ...store.workspace import Workspace
from ..server.answers import HttpAnswer, answer, camel, camel_name
from ..server.calls import Calls
from ..server.session import changes
from ..server.surfaces import PRODUCT
from .bulk_answers import (
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
from .bulk_requests import identity_type_of
from .certificate_fields import CertificateAnswer
from .uploads import Uploaded, body

calls = Calls(PRODUCT, "/certificates", tag="bulk")

OUR_PROPERTIES = {camel_name(name): schema for name, schema in PROPERTIES.items()}
IMPORT: dict[str, Any] = {
    "alias": {"type": "string"},
    "useAs": {"type": "string", "enum": ["device"]},
    "uploadType": {"type": "string", "enum": ["keystore"]},
    "keystoreType": {"type": "string", "enum": ["PKCS12"]},
    **OUR_PROPERTIES,
}
REMOVAL = {"identityType": OUR_PROPERTIES["identityType"]}
_LIST = "A text file of identities, one a line, or the archive."


class BulkImported(CertificateAnswer, frozen=True, kw_only=True):
    """The product's counts, as texts, and the result of each file. ``total`` is the number of keystores."""

    imported: list[TakenFile]
    replaced: list[TakenFile]
    alreadyThere: list[TakenFile]
    refused: list[RefusedFile]
    total: int
    notes: list[str]
    successCount: str
    failedCount: str
    skipCount: str


class BulkRemoved(CertificateAnswer, frozen=True, kw_only=True):
    """The product's counts, as texts, and the result for each identity."""

    deleted: list[IdentityDeleted]
    refused: list[IdentityRefused]
    successCount: str
    failedCount: str
    skipCount: str


@calls.post("/import/keystore/device", changes(BulkImported, "bulk.import", requestBody=archive_body(IMPORT)))
def import_device_certificates(workspace: Workspace, upload: Uploaded) -> HttpAnswer:
    """Import a `.zip` of PKCS #12 files named after devices, with a text file of their passwords: one line
    `IDENTITY.p12=PASSWORD` for each. Files are imported independently, and the answer lists every one. Importing the
    same archive again changes nothing."""
    result = import_upload(workspace, upload)
    counts = msgspec.to_builtins(import_counts(result))
    return answer(BulkImported, **camel(import_fields(workspace, result)), **counts)


@calls.post("/remove/keystore/device", changes(BulkRemoved, "bulk.delete", requestBody=body(REMOVAL, file=_LIST)))
def remove_device_certificates(workspace: Workspace, upload: Uploaded) -> HttpAnswer:
    """Remove the certificates of the devices that a text file of identities names, or the archive that brought them.
    Each is removed independently."""
    kind = identity_type_of(upload.word("identityType"))
    results = workspace.bulk.delete(read_removal_list(upload.file), identity_type=kind)
    counts = msgspec.to_builtins(removal_counts(results))
    return answer(BulkRemoved, **camel(removal_fields((kind, one) for one in results)), **counts)
