"""The comparison of two certificates: its document, its lines, and the words for its fields."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from ..inventory.comparison import CertificateComparison, CertificateField, ComparedField
from ..model.certificate import Certificate, CertificateFacts
from ..printable import printable
from ..words import hexadecimal, moment
from .certificate import certificate_title, san_text
from .styles import Style

FIELD_TITLES = {
    CertificateField.SUBJECT: "subject",
    CertificateField.SANS: "SANs",
    CertificateField.NOT_BEFORE: "not before",
    CertificateField.NOT_AFTER: "not after",
    CertificateField.ISSUER: "issuer",
    CertificateField.SERIAL_NUMBER: "serial number",
    CertificateField.KEY: "key",
    CertificateField.SIGNATURE_ALGORITHM: "signature",
    CertificateField.IS_CA: "CA certificate",
    CertificateField.KEY_USAGE: "key usage",
    CertificateField.EXTENDED_KEY_USAGE: "extended usage",
    CertificateField.TOPIC: "push topic",
    CertificateField.PUBLIC_KEY_SHA256: "SHA-256 of key",
    CertificateField.SUBJECT_KEY_ID: "subject key id",
    CertificateField.AUTHORITY_KEY_ID: "issuer key id",
    CertificateField.FINGERPRINT_SHA256: "SHA-256",
}
NOTHING = "none"
_TIMES = (CertificateField.NOT_BEFORE, CertificateField.NOT_AFTER)
_DIGESTS = (
    CertificateField.PUBLIC_KEY_SHA256,
    CertificateField.SUBJECT_KEY_ID,
    CertificateField.AUTHORITY_KEY_ID,
    CertificateField.FINGERPRINT_SHA256,
)


class ComparedFieldDocument(Struct, frozen=True, kw_only=True):
    """A field: its parts in each certificate, and which of them the other one lacks. Times are RFC 3339."""

    field: CertificateField
    differs: bool
    old: tuple[str, ...]
    new: tuple[str, ...]
    old_only: tuple[str, ...]
    new_only: tuple[str, ...]


class CertificateComparisonDocument(Struct, frozen=True, kw_only=True):
    """The comparison of two certificates. ``new_id`` is null for the certificate of a file; ``same``: it is the very
    same certificate."""

    old_id: int
    new_id: int | None
    same: bool
    fields: tuple[ComparedFieldDocument, ...]
    notes: tuple[str, ...]


class ComparedLine(NamedTuple):
    """A part of a field in words; the mark is ``-`` if only the old certificate has it, ``+`` if only the new one."""

    mark: str
    text: str

    @property
    def style(self) -> Style:
        """The style of the mark."""
        return {"-": Style.BAD, "+": Style.OK}.get(self.mark, Style.QUIET)


def comparison_document(found: CertificateComparison) -> CertificateComparisonDocument:
    """The document of a comparison."""
    return CertificateComparisonDocument(
        old_id=found.old.id,
        new_id=found.new.id if isinstance(found.new, Certificate) else None,
        same=found.is_same,
        fields=tuple(
            ComparedFieldDocument(
                field=one.field,
                differs=one.differs,
                old=one.old,
                new=one.new,
                old_only=one.old_only,
                new_only=one.new_only,
            )
            for one in found.fields
        ),
        notes=found.notes,
    )


def compared_titles(found: CertificateComparison, file: str = "") -> tuple[str, str]:
    """The titles of the two: ``#14 mdm.example.com`` or, from a file, ``mdm.example.com (new.pem)``."""
    return certificate_title(found.old), _title(found.new, file)


def _title(new: CertificateFacts, file: str) -> str:
    if isinstance(new, Certificate):
        return certificate_title(new)
    return f"{printable(new.name)} ({printable(file)})" if file else printable(new.name)


def part_text(field: CertificateField, part: str) -> str:
    """A part in words, fit for a terminal."""
    if field in _TIMES:
        return moment(datetime.fromisoformat(part))
    if field in _DIGESTS:
        return hexadecimal(part)
    return san_text(part) if field is CertificateField.SANS else printable(part)


def compared_lines(field: ComparedField) -> Iterator[ComparedLine]:
    """The parts of a field: those that both have, those of the old one alone, those of the new one alone. Names whose
    attributes differ by their order alone are shown one after the other."""
    only = set(field.old_only) | set(field.new_only)
    if field.differs and not only:
        yield from (ComparedLine("-", part_text(field.field, part)) for part in field.old)
        yield from (ComparedLine("+", part_text(field.field, part)) for part in field.new)
        return
    yield from (ComparedLine("", part_text(field.field, part)) for part in field.new if part not in only)
    yield from (ComparedLine("-", part_text(field.field, part)) for part in field.old_only)
    yield from (ComparedLine("+", part_text(field.field, part)) for part in field.new_only)


def same_text(found: CertificateComparison) -> str:
    """``the same in both: subject, issuer``; empty if everything differs."""
    same = [FIELD_TITLES[one.field] for one in found.fields if not one.differs]
    return f"the same in both: {', '.join(same)}" if same else ""
