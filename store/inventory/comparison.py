"""Comparing two certificates field by field: an old one and its replacement, an entry and a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, to_builtins

from ..certificates.chains import order_chain
from ..certificates.reading import read_certificates
from ..errors import Refusal
from ..model.certificate import Certificate, CertificateFacts
from ..model.distinguished_name import split_rfc4514
from ..words import key_text
from .loading import load
from .replacement import replacement_notes
from .sources import CertificateSource, KeystoreSource


class CertificateField(StrEnum):
    """The compared fields, in the order of RFC 5280 section 4.1, and the fingerprints."""

    SUBJECT = "subject"
    SANS = "sans"
    NOT_BEFORE = "not_before"
    NOT_AFTER = "not_after"
    ISSUER = "issuer"
    SERIAL_NUMBER = "serial_number"
    KEY = "key"
    SIGNATURE_ALGORITHM = "signature_algorithm"
    IS_CA = "is_ca"
    KEY_USAGE = "key_usage"
    EXTENDED_KEY_USAGE = "extended_key_usage"
    TOPIC = "topic"
    PUBLIC_KEY_SHA256 = "public_key_sha256"
    SUBJECT_KEY_ID = "subject_key_id"
    AUTHORITY_KEY_ID = "authority_key_id"
    FINGERPRINT_SHA256 = "fingerprint_sha256"


class ComparedField(Struct, frozen=True, kw_only=True):
    """A field of two certificates as its parts: a name's attributes (RFC 4514), the alternative names, the usages, or
    the one value; times are RFC 3339. ``old_only`` and ``new_only`` are the parts that the other certificate lacks."""

    field: CertificateField
    old: tuple[str, ...]
    new: tuple[str, ...]
    differs: bool
    old_only: tuple[str, ...] = ()
    new_only: tuple[str, ...] = ()


class CertificateComparison(Struct, frozen=True, kw_only=True):
    """Two certificates, the fields that at least one of them has, and sentences on what the new one lacks."""

    old: Certificate
    new: CertificateFacts
    fields: tuple[ComparedField, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether it is the very same certificate."""
        return self.old.fingerprint_sha256 == self.new.fingerprint_sha256


def compare(old: Certificate, new: CertificateFacts, now: datetime) -> CertificateComparison:
    """Compare an entry with another one, or with the certificate of a file. The order of alternative names and usages
    has no meaning and makes no difference; that of a name's attributes does."""
    fields = (_compared(field, parts(old), parts(new)) for field, parts in _PARTS.items())
    return CertificateComparison(
        old=old,
        new=new,
        fields=tuple(one for one in fields if one.old or one.new),
        notes=tuple(_notes(old, new, now)),
    )


def _notes(old: Certificate, new: CertificateFacts, now: datetime) -> Iterable[str]:
    if old.fingerprint_sha256 == new.fingerprint_sha256:
        return
    if old.public_key_sha256 == new.public_key_sha256:
        yield "both have the same key pair, so one can't replace the other"
    if old.topic is not None and new.topic != old.topic:
        yield f"the new certificate hasn't the push topic {old.topic}; devices that enrolled under it can't be reached"
    yield from replacement_notes(old, new, now)


def replacement_of(entry: Certificate, entries: Iterable[Certificate]) -> tuple[Certificate, Certificate]:
    """The old and the new certificate of the replacement that an entry is part of: of the one that replaced it, else of
    the last one that it replaced. Refuses an entry that is part of none (``nothing-to-compare``)."""
    known = {other.id: other for other in entries}
    if entry.replaced_by in known:
        return entry, known[entry.replaced_by]
    before = [other for other in known.values() if other.replaced_by == entry.id]
    if not before:
        raise Refusal(
            "nothing-to-compare",
            f"certificate {entry.id} ({entry.name}) has not been replaced, and replaces none",
            "Name a second entry, or --file FILE.",
        )
    return max(before, key=lambda other: other.id), entry


def leaf_of(source: CertificateSource | KeystoreSource, now: datetime) -> CertificateFacts:
    """The leaf of a certificate file, or of an entry of a keystore; refuses as an import does. A key is not needed."""
    if isinstance(source, KeystoreSource):
        return load(source, now).chain[0].facts
    return order_chain(read_certificates(source.data, source.name).certificates)[0].facts


def _compared(field: CertificateField, old: tuple[str, ...], new: tuple[str, ...]) -> ComparedField:
    ordered = field in (CertificateField.SUBJECT, CertificateField.ISSUER)
    differs = old != new if ordered else Counter(old) != Counter(new)
    return ComparedField(
        field=field, old=old, new=new, differs=differs, old_only=_lacking(old, new), new_only=_lacking(new, old)
    )


def _lacking(of: Iterable[str], other: Iterable[str]) -> tuple[str, ...]:
    known = set(other)
    return tuple(part for part in of if part not in known)


def _ca(facts: CertificateFacts) -> tuple[str, ...]:
    if not facts.is_ca:
        return ("no",)
    return ("yes",) if facts.path_length is None else ("yes", f"path length {facts.path_length}")


def _time(at: datetime) -> str:
    return str(to_builtins(at))


def _maybe(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


_PARTS: dict[CertificateField, Callable[[CertificateFacts], tuple[str, ...]]] = {
    CertificateField.SUBJECT: lambda facts: tuple(split_rfc4514(facts.subject)),
    CertificateField.SANS: lambda facts: facts.sans,
    CertificateField.NOT_BEFORE: lambda facts: (_time(facts.not_before),),
    CertificateField.NOT_AFTER: lambda facts: (_time(facts.not_after),),
    CertificateField.ISSUER: lambda facts: tuple(split_rfc4514(facts.issuer)),
    CertificateField.SERIAL_NUMBER: lambda facts: (facts.serial_number,),
    CertificateField.KEY: lambda facts: (key_text(facts.key_algorithm, facts.key_size),),
    CertificateField.SIGNATURE_ALGORITHM: lambda facts: (facts.signature_algorithm,),
    CertificateField.IS_CA: _ca,
    CertificateField.KEY_USAGE: lambda facts: facts.key_usage,
    CertificateField.EXTENDED_KEY_USAGE: lambda facts: facts.extended_key_usage,
    CertificateField.TOPIC: lambda facts: _maybe(facts.topic),
    CertificateField.PUBLIC_KEY_SHA256: lambda facts: (facts.public_key_sha256,),
    CertificateField.SUBJECT_KEY_ID: lambda facts: _maybe(facts.subject_key_id),
    CertificateField.AUTHORITY_KEY_ID: lambda facts: _maybe(facts.authority_key_id),
    CertificateField.FINGERPRINT_SHA256: lambda facts: (facts.fingerprint_sha256,),
}
