"""The inventory's tables: entries and DER."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from ..certificates.facts import ParsedCertificate, parse_certificate
from ..errors import Refusal
from ..model.certificate import Certificate
from ..model.documents import difference, from_document, to_document
from ..persistence.table import DocumentTable

Certificates = list[Certificate]  # named here because ``Entries`` has a method called ``list``


class Entries:
    """Typed access to the tables ``certificates`` and ``certificate_der``. Writing needs a transaction."""

    def __init__(self, certificates: DocumentTable, der: DocumentTable) -> None:
        self._certificates = certificates
        self._der = der

    def list(self) -> Certificates:
        """Every entry, by id."""
        return sorted((from_document(document, Certificate) for document in self._certificates), key=_id)

    def get(self, id: int) -> Certificate:
        """One entry; refuses with ``not-found``."""
        document = self._certificates.get(doc_id=id)
        if document is None:
            raise Refusal(
                "not-found",
                f"there is no certificate {id} in the inventory",
                "`certfleet certificate list` shows every id.",
            )
        return from_document(document, Certificate)

    def by_public_key(self, sha256: str) -> Certificate | None:
        """The one entry that holds this public key."""
        return self._first("public_key_sha256", sha256)

    def named(self, subject_name_sha256: str) -> Certificates:
        """The entries with this subject: candidates for an issuer."""
        return self._all("subject_name_sha256", subject_name_sha256)

    def from_issuer_named(self, issuer_name_sha256: str) -> Certificates:
        """The entries whose issuer has this name."""
        return self._all("issuer_name_sha256", issuer_name_sha256)

    def issued_by(self, id: int) -> Certificates:
        """The entries that chain to this one."""
        return self._all("issuer_id", id)

    def replaced_by(self, id: int) -> Certificates:
        """The entries that this one replaced."""
        return self._all("replaced_by", id)

    def parsed(self, id: int) -> ParsedCertificate:
        """The parsed certificate."""
        return parse_certificate(self.der(id))

    def der(self, id: int) -> bytes:
        """The original DER."""
        document = self._der.get(doc_id=id)
        if document is None:
            raise Refusal("workspace-damaged", f"the DER of certificate {id} is missing", "Run a workspace check.")
        return base64.b64decode(document["der"])

    def next_id(self) -> int:
        """The next id: one more than the highest ever used."""
        return self._certificates.highest_id() + 1

    def add(self, added: Iterable[tuple[Certificate, bytes]]) -> None:
        """Insert entries under their ids."""
        added = list(added)
        make = self._certificates.document_class
        self._certificates.insert_multiple(make(to_document(record), record.id) for record, _ in added)
        self._der.insert_multiple(make(_der_document(der), record.id) for record, der in added)

    def change(self, record: Certificate, **fields: Any) -> Certificate:
        """Set some fields of an entry; returns the new record."""
        changed = replace(record, **fields)
        self.write(record, changed)
        return changed

    def write(self, before: Certificate, after: Certificate, der: bytes | None = None) -> None:
        """Write the fields in which an entry differs from ``before``, and its DER if it changed."""
        if fields := difference(before, after):
            self._certificates.update(fields, doc_ids=[after.id])
        if der is not None:
            self._der.update(_der_document(der), doc_ids=[after.id])

    def remove(self, id: int) -> None:
        """Delete an entry with its DER."""
        self._certificates.remove(doc_ids=[id])
        self._der.remove(doc_ids=[id])

    def _first(self, field: str, value: str) -> Certificate | None:
        documents = self._certificates.find(field, value)
        return from_document(documents[0], Certificate) if documents else None

    def _all(self, field: str, value: str | int) -> Certificates:
        return [from_document(document, Certificate) for document in self._certificates.find(field, value)]


def _id(record: Certificate) -> int:
    return record.id


def _der_document(der: bytes) -> dict[str, str]:
    return {"der": base64.b64encode(der).decode("ascii")}
