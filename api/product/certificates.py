"""Certificates: list, details, describe, use, delete, export, replace."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from ...store.errors import CANNOT_WRITE, Refusal
from ...store.inventory.sources import ExportFormat
from ...store.model.certificate import UseAs
from ...store.views.consequence import dependence_document
from ...store.workspace import Workspace
from ..server.answers import Answer, answer, attachment, camel
from ..server.calls import IN_BODY, Body, Calls
from ..server.problems import as_json
from ..server.session import changes, reads
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
from .request_fields import AnyId, Id
from .uploads import Uploaded

router = Calls("/certificates", tag="certificates")

CertificateId = AnyId
Ids = Annotated[list[Id], Meta(min_length=1, max_length=10_000, examples=[[7]]), IN_BODY]
_PEM, _PKCS7 = "application/x-pem-file", "application/x-pkcs7-certificates"
KEYLESS = {
    ExportFormat.PEM: ("pem", _PEM),
    ExportFormat.CHAIN: ("pem", _PEM),
    ExportFormat.DER: ("cer", "application/pkix-cert"),
    ExportFormat.PKCS7: ("p7b", _PKCS7),
    ExportFormat.PKCS7_DER: ("p7b", _PKCS7),
}


class CertificateUseRequest(Body, kw_only=True):
    """A new use of an entry."""

    useAs: Literal["server", "saml", "apns", "ssl-listener"]


class CertificateDescription(Body, kw_only=True):
    """A new description of an entry."""

    description: Annotated[str, Meta(max_length=1000)]


@router.get("", reads(CertificateList))
def list_certificates(workspace: Workspace) -> Answer:
    """List every certificate of the inventory, replaced ones included."""
    entries = workspace.inventory.list()
    return answer(CertificateList, certificates=[certificate_shape(workspace, entry) for entry in entries])


@router.delete("", changes(CertificatesDeleted, "certificate.delete"))
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


@router.get("/{id}", reads(CertificateShown, 404))
def get_certificate(workspace: Workspace, id: CertificateId) -> Answer:
    """Get an entry, its chain as far as the inventory has it, the entries that it issued, and what depends on it."""
    with workspace.database.moment():
        entry, counts = workspace.inventory.get(id), workspace.impact.platforms()
        shape = certificate_shape(workspace, entry)
        shape["chain"] = [link.id for link in workspace.inventory.chain(id)]
        shape["issued"] = [child.id for child in workspace.inventory.issued(id)]
        depends = [camel(dependence_document(one, counts)) for one in workspace.impact.dependences(id)]
    return answer(CertificateShown, certificate=shape, depends=depends)


@router.put("/{id}", changes(CertificateUpdated, "certificate.replace", 404, 409, requestBody=IMPORT_BODY))
def replace_certificate(workspace: Workspace, id: CertificateId, upload: Uploaded) -> Answer:
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


@router.put("/{id}/description", changes(OneCertificate, "certificate.describe", 404))
def describe_certificate(workspace: Workspace, id: CertificateId, wanted: CertificateDescription) -> Answer:
    """Set an entry's description; an empty one clears it."""
    return answer(
        OneCertificate, certificate=certificate_shape(workspace, workspace.inventory.describe(id, wanted.description))
    )


@router.put("/{id}/use", changes(OneCertificate, "certificate.use-as", 404, 409))
def use_certificate(workspace: Workspace, id: CertificateId, wanted: CertificateUseRequest) -> Answer:
    """Change the use of an entry. The effects are those of an import with that use."""
    use_as = UseAs(wanted.useAs)
    return answer(OneCertificate, certificate=certificate_shape(workspace, workspace.inventory.set_use_as(id, use_as)))


_FILE = reads(None, 404)
_FILE.responses[200] = {
    "content": {media_type: {} for media_type in dict(KEYLESS.values()).values()},
    "description": "The file.",
}


@router.get("/{id}/export", _FILE)
def export_certificate(
    workspace: Workspace,
    id: CertificateId,
    format: Annotated[ExportFormat, Meta(extra_json_schema={"enum": list(KEYLESS)})] = ExportFormat.PEM,
) -> Answer:
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
