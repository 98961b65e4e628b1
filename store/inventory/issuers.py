"""Which entry issued which: found by name, confirmed by signature."""

from __future__ import annotations

from collections.abc import Iterator

from ..certificates.facts import ParsedCertificate
from ..certificates.signatures import is_issued_by
from ..errors import Refusal
from ..model.certificate import Certificate
from .certificate_table import Entries


def find_issuer(certificate: ParsedCertificate, entries: Entries, own_id: int | None = None) -> int | None:
    """The id of the entry that signed a certificate; None for a root, or if it isn't in the inventory."""
    if _signed(certificate, certificate):
        return None  # no two entries have the same key; hundreds may have the same name ("localhost")
    for candidate in entries.named(certificate.facts.issuer_name_sha256):
        if candidate.id != own_id and _signed(certificate, entries.parsed(candidate.id)):
            return candidate.id
    return None


def adopt(issuer: Certificate, certificate: ParsedCertificate, entries: Entries) -> list[Certificate]:
    """Link the entries without an issuer that this one has signed, inside a transaction; returns them.

    ``issuer`` itself need not be written yet.
    """
    children = (
        (child, entries.parsed(child.id))
        for child in entries.from_issuer_named(issuer.subject_name_sha256)
        if child.issuer_id is None and child.public_key_sha256 != issuer.public_key_sha256
    )
    return [
        entries.change(child, issuer_id=issuer.id)
        for child, parsed in children
        if not _signed(parsed, parsed) and _signed(parsed, certificate)
    ]


def disown(issuer: Certificate, certificate: ParsedCertificate, entries: Entries) -> list[Certificate]:
    """Unlink the entries that an overwritten entry's new certificate has not issued.

    Its key is the same, but its name may differ. Inside a transaction; returns the changed entries.
    """
    return [
        entries.change(child, issuer_id=None)
        for child in entries.issued_by(issuer.id)
        if not _signed(entries.parsed(child.id), certificate)
    ]


def missing_links(entries: Entries) -> Iterator[tuple[Certificate, int]]:
    """The entries without an issuer link although the inventory holds the issuer, each with that issuer's id."""
    for entry in entries.all():
        if entry.issuer_id is not None:
            continue
        try:
            issuer_id = find_issuer(entries.parsed(entry.id), entries, entry.id)
        except Refusal:  # a damaged or missing file is not the concern here
            continue
        if issuer_id is not None:
            yield entry, issuer_id


def _signed(child: ParsedCertificate, issuer: ParsedCertificate) -> bool:
    try:
        return is_issued_by(child, issuer)
    except Refusal:  # an algorithm that can't be checked proves nothing
        return False
