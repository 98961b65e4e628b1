"""Certificates: list, details, describe, use, delete, export, replace."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Path, Query, Response
from pydantic import BaseModel, Field

from ...store.errors import CANNOT_WRITE, Refusal
from ...store.inventory.sources import ExportFormat
from ...store.model.certificate import UseAs
from ...store.views.consequence import dependence_document
from ..server.answers import answer, attachment, camel
from ..server.problems import as_json
from ..server.session import OpenWorkspace, SignedIn, changes, reads, token_needed
from .certificate_fields import (
    CertificateList,
    CertificatesDeleted,
    CertificateShown,
    CertificateUpdated,
    OneCertificate,
    certificate_shape,
    import_shape,
)
from .import_sources import IMPORT_BODY, conflict_of, source_of
from .request_fields import LARGEST_ID, Id
from .uploads import Uploaded

router = APIRouter(prefix="/certificates", tags=["certificates"], route_class=SignedIn, dependencies=[token_needed])

CertificateId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Ids = Annotated[list[Id], Body(min_length=1, max_length=10_000, examples=[[7]])]
_PEM, _PKCS7 = "application/x-pem-file", "application/x-pkcs7-certificates"
KEYLESS = {
    ExportFormat.PEM: ("pem", _PEM),
    ExportFormat.CHAIN: ("pem", _PEM),
    ExportFormat.DER: ("cer", "application/pkix-cert"),
    ExportFormat.PKCS7: ("p7b", _PKCS7),
    ExportFormat.PKCS7_DER: ("p7b", _PKCS7),
}


class CertificateUseRequest(BaseModel):
    """A new use of an entry."""

    useAs: Literal["server", "saml", "apns", "ssl-listener"]


class CertificateDescription(BaseModel):
    """A new description of an entry."""

    description: str = Field(max_length=1000)


@router.get("", **reads(CertificateList))
def list_certificates(workspace: OpenWorkspace) -> Response:
    """List every certificate of the inventory, replaced ones included."""
    entries = workspace.inventory.list()
    return answer(CertificateList, certificates=[certificate_shape(workspace, entry) for entry in entries])


@router.delete("", **changes(CertificatesDeleted, "certificate.delete"))
def delete_certificates(workspace: OpenWorkspace, ids: Ids) -> Response:
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


@router.get("/{id}", **reads(CertificateShown, 404))
def get_certificate(workspace: OpenWorkspace, id: CertificateId) -> Response:
    """Get an entry, its chain as far as the inventory has it, the entries that it issued, and what depends on it."""
    with workspace.database.moment():
        entry, counts = workspace.inventory.get(id), workspace.impact.platforms()
        shape = certificate_shape(workspace, entry)
        shape["chain"] = [link.id for link in workspace.inventory.chain(id)]
        shape["issued"] = [child.id for child in workspace.inventory.issued(id)]
        depends = [camel(dependence_document(one, counts)) for one in workspace.impact.dependences(id)]
    return answer(CertificateShown, certificate=shape, depends=depends)


@router.put("/{id}", **changes(CertificateUpdated, "certificate.replace", 404, 409, requestBody=IMPORT_BODY))
def replace_certificate(workspace: OpenWorkspace, id: CertificateId, upload: Uploaded) -> Response:
    """Replace an entry by a certificate or a keystore with a new private key. The old entry stays, marked replaced;
    components that used it use the new one at once."""
    old = workspace.inventory.get(id)
    source = source_of(upload)
    result = workspace.inventory.replace(
        id, source, description=upload.text("description") or None, on_conflict=conflict_of(upload)
    )
    tasks = [task.id for task in workspace.tasks.list(done=False) if task.certificate_id == result.new.id]
    told = import_shape(workspace, result.result)
    told["notes"] = [*told["notes"], *result.notes]
    return answer(
        CertificateUpdated,
        **told,
        old=certificate_shape(workspace, workspace.inventory.get(old.id)),
        new=certificate_shape(workspace, result.new),
        switched=list(result.switched),
        tasks=tasks,
    )


@router.put("/{id}/description", **changes(OneCertificate, "certificate.describe", 404))
def describe_certificate(workspace: OpenWorkspace, id: CertificateId, wanted: CertificateDescription) -> Response:
    """Set an entry's description; an empty one clears it."""
    return answer(
        OneCertificate, certificate=certificate_shape(workspace, workspace.inventory.describe(id, wanted.description))
    )


@router.put("/{id}/use", **changes(OneCertificate, "certificate.use-as", 404, 409))
def use_certificate(workspace: OpenWorkspace, id: CertificateId, wanted: CertificateUseRequest) -> Response:
    """Change the use of an entry. The effects are those of an import with that use."""
    use_as = UseAs(wanted.useAs)
    return answer(OneCertificate, certificate=certificate_shape(workspace, workspace.inventory.set_use_as(id, use_as)))


@router.get(
    "/{id}/export",
    response_class=Response,
    **{
        **reads(None, 404),
        "responses": {
            **reads(None, 404)["responses"],
            200: {
                "content": {media_type: {} for media_type in dict(KEYLESS.values()).values()},
                "description": "The file.",
            },
        },
    },
)
def export_certificate(
    workspace: OpenWorkspace,
    id: CertificateId,
    format: Annotated[ExportFormat, Query(json_schema_extra={"enum": list(KEYLESS)})] = ExportFormat.PEM,
) -> Response:
    """Export the certificate as a file, alone or with its chain, never with its private key."""
    if format not in KEYLESS:
        raise Refusal(
            "key-stays-here",
            "a private key is not given out here",
            "`certfleet certificate export --format pkcs12` does it on the machine itself.",
        )
    data = workspace.inventory.export(id, format)
    ending, media_type = KEYLESS[format]
    return attachment(data, media_type, f"certificate-{id}.{ending}")
