"""The inventory: entries compared with their certificates, and references between records."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..certificates.facts import ParsedCertificate, parse_certificate
from ..certificates.signatures import is_issued_by
from ..errors import Refusal
from ..inventory.certificate_table import Entries
from ..inventory.issuers import missing_links
from ..model.certificate import Certificate, CertificateFacts
from ..persistence.database import Database
from .report import Problem

Step = Callable[[], None]


def entries_of(database: Database) -> dict[int, Certificate]:
    """The entries of the inventory, by id."""
    store = Entries(database)
    return {record.id: record for record in store.all()}


def check_certificates(database: Database, entries: dict[int, Certificate], step: Step) -> Iterator[Problem]:
    """Each entry's DER, facts and issuer. ``step`` is called for each."""
    store = Entries(database)
    parsed: dict[int, ParsedCertificate] = {}
    keys: dict[str, int] = {}
    for entry in entries.values():
        step()
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
    for entry, issuer_id in missing_links(store):
        yield Problem("issuer-not-linked", f"certificate:{entry.id}", f"it isn't linked to its issuer, {issuer_id}")


def check_references(database: Database, entries: dict[int, Certificate]) -> Iterator[Problem]:
    """Whether the records that entries and requests refer to exist."""
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
    for id in database.table("certificate_der").ids():
        if id not in entries:
            yield Problem("der-orphaned", f"certificate:{id}", "a DER belongs to no entry")
