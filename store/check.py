"""Whether a workspace holds together: structure, references, certificates, secrets, and the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from .audit import AuditTrail
from .certificates.facts import ParsedCertificate, parse_certificate
from .certificates.private_keys import load_private_key, matches
from .certificates.signatures import is_issued_by
from .errors import Refusal
from .inventory.records import Entries
from .model.audit import AuditLine
from .model.certificate import Certificate, CertificateFacts
from .model.component import Component
from .model.documents import from_document
from .model.request import SigningRequest
from .persistence.database import Database
from .persistence.schema import INDEXES
from .vault import SecretKind, Vault

Progress = Callable[[int, int], None]

_RECORDS: dict[str, type[msgspec.Struct]] = {
    "certificates": Certificate,
    "requests": SigningRequest,
    "components": Component,
    "audit": AuditLine,
}


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong. ``record`` names where (``certificate:12``)."""

    code: str
    record: str
    message: str


class CheckReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found, and how many documents of each table it read."""

    problems: tuple[Problem, ...]
    counts: dict[str, int]

    @property
    def clean(self) -> bool:
        """Nothing is wrong."""
        return not self.problems


def check(database: Database, vault: Vault | None, audit: AuditTrail, progress: Progress | None = None) -> CheckReport:
    """Check a whole database. ``vault`` None leaves the secrets closed and their content unread.

    ``progress`` is called with the number of certificates done and their total.
    """
    with database.moment():
        problems = list(_problems(database, vault, audit, progress or (lambda done, total: None)))
        counts = {table: database.engine.count(table) for table in INDEXES}
    return CheckReport(problems=tuple(problems), counts=counts)


def _problems(database: Database, vault: Vault | None, audit: AuditTrail, progress: Progress) -> Iterator[Problem]:
    for finding in database.engine.check():
        yield Problem("storage-damaged", "workspace:1", finding)
    broken = list(_structure(database))
    yield from broken
    if broken:
        return
    entries = {
        record.id: record
        for record in Entries(database.table("certificates"), database.table("certificate_der")).list()
    }
    yield from _certificates(database, entries, progress)
    yield from _references(database, entries)
    yield from _secrets(database, entries, vault)
    for id, reason in audit.broken():
        yield Problem("audit-broken", f"audit:{id}", f"audit line {id}: {reason}")


def _structure(database: Database) -> Iterator[Problem]:
    for table, kind in _RECORDS.items():
        for document in database.table(table):
            try:
                from_document(document, kind)
            except msgspec.ValidationError as error:
                yield Problem("document-invalid", f"{table}:{document.doc_id}", str(error))


def _certificates(database: Database, entries: dict[int, Certificate], progress: Progress) -> Iterator[Problem]:
    store = Entries(database.table("certificates"), database.table("certificate_der"))
    parsed: dict[int, ParsedCertificate] = {}
    keys: dict[str, int] = {}
    for done, entry in enumerate(entries.values()):
        progress(done, len(entries))
        record = f"certificate:{entry.id}"
        try:
            parsed[entry.id] = certificate = parse_certificate(store.der(entry.id))
        except (Refusal, ValueError, KeyError) as error:
            yield Problem("der-damaged", record, f"its DER can't be read: {error}")
            continue
        for field in CertificateFacts.__struct_fields__:
            if getattr(entry, field) != getattr(certificate.facts, field):
                yield Problem("record-differs", record, f"its {field} differs from the certificate's")
        twin = keys.setdefault(entry.public_key_sha256, entry.id)
        if twin != entry.id:
            yield Problem("same-key", record, f"certificate {twin} has the same public key")
    for entry in entries.values():
        if entry.issuer_id is None or entry.id not in parsed or entry.issuer_id not in parsed:
            continue
        try:
            signed = is_issued_by(parsed[entry.id], parsed[entry.issuer_id])
        except Refusal:
            signed = False
        if not signed:
            yield Problem("issuer-wrong", f"certificate:{entry.id}", f"certificate {entry.issuer_id} did not issue it")
    progress(len(entries), len(entries))


def _references(database: Database, entries: dict[int, Certificate]) -> Iterator[Problem]:
    for entry in entries.values():
        for field in ("issuer_id", "replaced_by"):
            target = getattr(entry, field)
            if target is not None and (target not in entries or target == entry.id):
                yield Problem("reference-broken", f"certificate:{entry.id}", f"its {field} {target} leads nowhere")
        seen: set[int] = set()
        step: int | None = entry.id
        while step in entries and step not in seen:
            seen.add(step)
            step = entries[step].replaced_by
        if step in seen:
            yield Problem("replaced-in-a-circle", f"certificate:{entry.id}", "its replacements form a circle")
    for document in database.table("requests"):
        completed_by = document["completed_by"]
        if completed_by is not None and completed_by not in entries:
            yield Problem("reference-broken", f"request:{document.doc_id}", f"certificate {completed_by} is not there")
        if not database.table("request_der").contains(doc_id=document.doc_id):
            yield Problem("der-missing", f"request:{document.doc_id}", "the request itself is missing")
    for document in database.table("components"):
        used = document["certificate_id"]
        if used is not None and used not in entries:
            yield Problem("reference-broken", f"component:{document.doc_id}", f"certificate {used} is not there")
    for id in database.table("certificate_der").ids():
        if id not in entries:
            yield Problem("der-orphaned", f"certificate:{id}", "a DER is kept for no entry")


def _secrets(database: Database, entries: dict[int, Certificate], vault: Vault | None) -> Iterator[Problem]:
    kept: dict[SecretKind, set[str]] = {kind: set() for kind in SecretKind}
    for document in database.table("vault_secrets"):
        try:
            kept[SecretKind(document["kind"])].add(document["public_key_sha256"])
        except (KeyError, ValueError):
            yield Problem("document-invalid", f"vault_secrets:{document.doc_id}", "it is no secret of a known kind")
    owners = {entry.public_key_sha256 for entry in entries.values()}
    owners |= {document["public_key_sha256"] for document in database.table("requests")}
    for kind, keys in kept.items():
        for public_key in sorted(keys - owners):
            yield Problem("secret-orphaned", f"public-key:{public_key}", f"a {kind} is kept for no entry")
    for entry in entries.values():
        record = f"certificate:{entry.id}"
        for kind, said in (
            (SecretKind.PRIVATE_KEY, entry.has_private_key),
            (SecretKind.KEYSTORE_PASSWORD, entry.has_password),
        ):
            is_kept = entry.public_key_sha256 in kept[kind]
            if said != is_kept:
                yield Problem(
                    "secret-missing" if said else "secret-unexpected",
                    record,
                    f"its {kind}: the record and the vault differ",
                )
    if vault is not None:
        holders = {entry.public_key_sha256: entry for entry in entries.values()}
        store = Entries(database.table("certificates"), database.table("certificate_der"))
        for kind, keys in kept.items():
            for public_key in sorted(keys):
                holder = holders.get(public_key)
                yield from _open_secret(vault, kind, public_key, store.parsed(holder.id) if holder else None)


def _open_secret(
    vault: Vault, kind: SecretKind, public_key: str, holder: ParsedCertificate | None
) -> Iterator[Problem]:
    record = f"public-key:{public_key}"
    try:
        secret = vault.get(kind, public_key)
        wrong = (
            kind is SecretKind.PRIVATE_KEY
            and secret is not None
            and holder is not None
            and not matches(load_private_key(secret, None), holder)
        )
        if wrong:
            yield Problem("secret-wrong", record, "the private key kept for this public key is another one's")
    except Refusal as refusal:
        yield Problem(refusal.code, record, refusal.message)
