"""The inventory's tables: entries and DER."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..model.certificate import Certificate, is_root
from ..persistence.database import Database
from ..persistence.records import FileTable, RecordTable

if TYPE_CHECKING:
    from ..certificates.facts import ParsedCertificate


class Entries(RecordTable[Certificate]):
    """Typed access to the tables ``certificates`` and ``certificate_der``. Writing needs a transaction."""

    def __init__(self, database: Database) -> None:
        unknown = "there is no certificate {id} in the inventory", "`certfleet certificate list` shows every id."
        super().__init__(database.table("certificates"), Certificate, "not-found", *unknown)
        self._der = FileTable(database.table("certificate_der"), "DER of certificate")

    def by_public_key(self, sha256: str) -> Certificate | None:
        """The one entry that holds this public key."""
        return self.first("public_key_sha256", sha256)

    def named(self, subject_name_sha256: str) -> list[Certificate]:
        """The entries with this subject: candidates for an issuer."""
        return self.find("subject_name_sha256", subject_name_sha256)

    def from_issuer_named(self, issuer_name_sha256: str) -> list[Certificate]:
        """The entries whose issuer has this name."""
        return self.find("issuer_name_sha256", issuer_name_sha256)

    def issued_by(self, id: int) -> list[Certificate]:
        """The entries that chain to this one."""
        return self.find("issuer_id", id)

    def chained_through(self, id: int) -> list[Certificate]:
        """The entries that chain to this one, through others too."""
        found: dict[int, Certificate] = {}
        pending = [id]
        while pending:
            for child in self.issued_by(pending.pop()):
                if child.id != id and child.id not in found:
                    found[child.id] = child
                    pending.append(child.id)
        return list(found.values())

    def rootless(self, id: int) -> list[Certificate]:
        """The entries that chain to this one, if no root of the inventory is above it."""
        return [] if is_root(self.top(id)) else self.chained_through(id)

    def chain(self, id: int) -> list[Certificate]:
        """The entry and its issuers, leaf first, as far as the inventory has them."""
        chain = [self.get(id)]
        while (issuer := chain[-1].issuer_id) is not None and all(issuer != entry.id for entry in chain):
            chain.append(self.get(issuer))
        return chain

    def top(self, id: int) -> Certificate:
        """The last entry of this one's chain."""
        return self.chain(id)[-1]

    def replaced_by(self, id: int) -> list[Certificate]:
        """The entries that this one replaced."""
        return self.find("replaced_by", id)

    def parsed(self, id: int) -> ParsedCertificate:
        """The parsed certificate."""
        from ..certificates.facts import parse_certificate  # most commands need the record only

        return parse_certificate(self.der(id))

    def der(self, id: int) -> bytes:
        """The original DER."""
        return self._der.get(id)

    def take_in(self, added: Iterable[tuple[Certificate, bytes]]) -> None:
        """Insert entries with their DER, under their own ids."""
        added = list(added)
        self.put(record for record, _ in added)
        self._der.put((record.id, der) for record, der in added)

    def write(self, before: Certificate, after: Certificate, der: bytes | None = None) -> None:
        """Write the fields in which an entry differs from ``before``, and its DER if that differs."""
        super().write(before, after)
        if der is not None:
            self._der.put([(after.id, der)])

    def remove(self, *ids: int) -> None:
        """Delete entries, with their DER."""
        super().remove(*ids)
        self._der.remove(*ids)
