"""The inventory: list, details, import, replace, describe, use, delete, export."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from msgspec import Meta

from ...store.errors import CANNOT_WRITE, Refusal
from ...store.inventory.comparison import compare, replacement_of
from ...store.inventory.sources import ExportFormat, ImportResult, OtherEntry
from ...store.model.certificate import Certificate, UseAs
from ...store.views.certificate import CertificateDocument, certificate_document
from ...store.views.certificate_comparison import CertificateComparisonDocument, comparison_document
from ...store.views.consequence import DependenceDocument, dependence_document
from ...store.views.verdict import VerdictDocument, verdict_document
from ...store.workspace import Workspace
from ..product.import_sources import IMPORT_BODY_OF_OURS, conflict_of, source_of, use_said
from ..product.request_fields import AnyId, Id
from ..product.uploads import Uploaded
from ..server.answers import DoneAnswer, HttpAnswer, answer, attachment
from ..server.calls import IN_BODY, Body, Calls
from ..server.problems import RefusedItem, refused_item
from ..server.session import changes, reads
from ..server.surfaces import OWN

calls = Calls(OWN, "/certificates", tag="certificates")

Host = Annotated[str, Meta(max_length=300, description="a host name or an IP address")]
Ids = Annotated[list[Id], Meta(min_length=1, max_length=10_000, examples=[[7]]), IN_BODY]
_PEM, _PKCS7 = "application/x-pem-file", "application/x-pkcs7-certificates"
KEYLESS = {
    ExportFormat.PEM: ("pem", _PEM),
    ExportFormat.CHAIN: ("pem", _PEM),
    ExportFormat.DER: ("cer", "application/pkix-cert"),
    ExportFormat.PKCS7: ("p7b", _PKCS7),
    ExportFormat.PKCS7_DER: ("p7b", _PKCS7),
}


class Certificates(DoneAnswer, frozen=True, kw_only=True):
    """The inventory."""

    certificates: list[CertificateDocument]


class CertificateTold(DoneAnswer, frozen=True, kw_only=True):
    """An entry."""

    certificate: CertificateDocument


class CertificateInFull(CertificateTold, frozen=True, kw_only=True):
    """An entry, those above it, those that it issued, and what depends on it."""

    chain: list[CertificateDocument]
    issued: list[CertificateDocument]
    depends: list[DependenceDocument]


class Imported(DoneAnswer, frozen=True, kw_only=True):
    """The result of an import: new, existing and deleted entries, and what else was in the file."""

    imported: list[CertificateDocument]
    linked: list[CertificateDocument]
    also_in_file: list[OtherEntry]
    deleted: list[CertificateDocument]
    notes: list[str]


class Replaced(Imported, frozen=True, kw_only=True):
    """The result of a replacement, and the tasks that a person has to do elsewhere."""

    old: CertificateDocument
    new: CertificateDocument
    switched: list[str]
    tasks: list[int]


class Deleted(DoneAnswer, frozen=True, kw_only=True):
    """The entries that were deleted, and the refused ones with the reason."""

    deleted: list[CertificateDocument]
    refused: list[RefusedItem]


class VerdictAnswer(DoneAnswer, frozen=True, kw_only=True):
    """The verdict on the chain of an entry."""

    verdict: VerdictDocument


class ComparisonAnswer(DoneAnswer, frozen=True, kw_only=True):
    """Two entries, compared."""

    comparison: CertificateComparisonDocument


class Description(Body, kw_only=True):
    """A new description of an entry."""

    description: Annotated[str, Meta(max_length=1000)]


class NewUse(Body, kw_only=True):
    """A new use of an entry."""

    use_as: Literal["server", "saml", "apns", "ssl-listener"]


@calls.get("", reads(Certificates))
def inventory(workspace: Workspace) -> HttpAnswer:
    """List every certificate of the inventory, replaced ones included."""
    return answer(Certificates, certificates=_documents(workspace, workspace.inventory.list()))


@calls.post("", changes(Imported, "certificate.import", 404, 409, requestBody=IMPORT_BODY_OF_OURS))
def import_to_inventory(workspace: Workspace, upload: Uploaded) -> HttpAnswer:
    """Import a certificate, a chain or an entry of a keystore, as `use_as` says: server (without it), saml, apns or
    ssl-listener. The file itself says what it is."""
    result = workspace.inventory.import_from(
        source_of(upload),
        use_as=use_said(upload),
        description=upload.text("description") or "",
        on_conflict=conflict_of(upload),
    )
    return answer(Imported, **imported_fields(workspace, result))


@calls.delete("", changes(Deleted, "certificate.delete"))
def delete_from_inventory(workspace: Workspace, ids: Ids) -> HttpAnswer:
    """Delete entries with their private keys, each independently of the others; an entry that is in use, was replaced,
    or issued other entries is refused."""
    deleted: list[Certificate] = []
    refused: list[RefusedItem] = []
    for id in dict.fromkeys(ids):
        try:
            deleted.append(workspace.inventory.delete(id))
        except Refusal as refusal:
            if refusal.code in CANNOT_WRITE:
                raise
            refused.append(refused_item(id, refusal))
    return answer(Deleted, deleted=_documents(workspace, deleted), refused=refused)


@calls.get("/{id}", reads(CertificateInFull, 404))
def entry_in_full(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """Get an entry, its chain as far as the inventory has it, the entries that it issued, and what depends on it."""
    with workspace.database.moment():
        entry, counts = workspace.inventory.get(id), workspace.impact.platforms()
        return answer(
            CertificateInFull,
            certificate=_document(workspace, entry),
            chain=_documents(workspace, workspace.inventory.chain(id)),
            issued=_documents(workspace, workspace.inventory.issued(id)),
            depends=[dependence_document(one, counts) for one in workspace.impact.dependences(id)],
        )


@calls.put("/{id}", changes(Replaced, "certificate.replace", 404, 409, requestBody=IMPORT_BODY_OF_OURS))
def replace_entry(workspace: Workspace, id: AnyId, upload: Uploaded) -> HttpAnswer:
    """Replace an entry by a certificate or a keystore with a new private key. The old entry stays, marked replaced;
    components that used it use the new one at once."""
    result = workspace.inventory.replace(
        id, source_of(upload), description=upload.text("description") or None, on_conflict=conflict_of(upload)
    )
    told = imported_fields(workspace, result.result)
    return answer(
        Replaced,
        **{**told, "notes": [*told["notes"], *result.notes]},
        old=_document(workspace, workspace.inventory.get(id)),
        new=_document(workspace, result.new),
        switched=list(result.switched),
        tasks=[task.id for task in workspace.tasks.list(done=False) if task.certificate_id == result.new.id],
    )


@calls.put("/{id}/description", changes(CertificateTold, "certificate.describe", 404))
def describe_entry(workspace: Workspace, id: AnyId, wanted: Description) -> HttpAnswer:
    """Set an entry's description; an empty one clears it."""
    return answer(
        CertificateTold, certificate=_document(workspace, workspace.inventory.describe(id, wanted.description))
    )


@calls.put("/{id}/use", changes(CertificateTold, "certificate.use-as", 404, 409))
def use_entry(workspace: Workspace, id: AnyId, wanted: NewUse) -> HttpAnswer:
    """Change the use of an entry. The effects are those of an import with that use."""
    entry = workspace.inventory.set_use_as(id, UseAs(wanted.use_as))
    return answer(CertificateTold, certificate=_document(workspace, entry))


@calls.get("/{id}/verdict", reads(VerdictAnswer, 404))
def verdict_on_chain(workspace: Workspace, id: AnyId, host: Host | None = None) -> HttpAnswer:
    """Judge the chain of an entry by the rules of RFC 5280, and with `host`, whether it is for that host. Revocation is
    not looked at."""
    return answer(VerdictAnswer, verdict=verdict_document(workspace.verdicts.of([id], host=host)[0]))


@calls.get("/{id}/comparison", reads(ComparisonAnswer, 404))
def comparison_of_entries(workspace: Workspace, id: AnyId, other: AnyId | None = None) -> HttpAnswer:
    """Compare an entry, the old one, with `other`, the new one, field by field. Without `other`, compare the two
    certificates of a replacement: the entry with the one that replaced it, or that it replaced."""
    with workspace.database.moment():
        entry, inventory = workspace.inventory.get(id), workspace.inventory
        old, new = replacement_of(entry, inventory.list()) if other is None else (entry, inventory.get(other))
        return answer(ComparisonAnswer, comparison=comparison_document(compare(old, new, workspace.now())))


_FILE = reads(None, 404)
_FILE.responses[200] = {
    "content": {media_type: {} for media_type in dict(KEYLESS.values()).values()},
    "description": "The file.",
}


@calls.get("/{id}/export", _FILE)
def export_entry(
    workspace: Workspace,
    id: AnyId,
    format: Annotated[ExportFormat, Meta(extra_json_schema={"enum": list(KEYLESS)})] = ExportFormat.PEM,
) -> HttpAnswer:
    """Export the certificate as a file, alone or with its chain, never with its private key."""
    if format not in KEYLESS:
        raise Refusal(
            "key-stays-here",
            "a private key is not given out here",
            "`POST /xenmobile/api/v1/certificates/export` gives it to administrators, under a password.",
        )
    data = workspace.inventory.export(id, format)
    ending, media_type = KEYLESS[format]
    return attachment(data, media_type, f"certificate-{id}.{ending}")


def _document(workspace: Workspace, entry: Certificate) -> Any:
    return certificate_document(entry, workspace.now(), workspace.expiry())


def _documents(workspace: Workspace, entries: Iterable[Certificate]) -> list[Any]:
    now, rules = workspace.now(), workspace.expiry()
    return [certificate_document(entry, now, rules) for entry in entries]


def imported_fields(workspace: Workspace, result: ImportResult) -> dict[str, Any]:
    """The fields of ``Imported``."""
    return {
        "imported": _documents(workspace, result.imported),
        "linked": _documents(workspace, result.linked),
        "also_in_file": list(result.also_in_file),
        "deleted": _documents(workspace, result.deleted),
        "notes": list(result.notes),
    }
