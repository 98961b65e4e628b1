"""Replacing a certificate: what is allowed, and what the user should know."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from ..errors import Refusal
from ..model.certificate import Certificate, CertificateFacts, UseAs
from ..words import minute


def refuse_replacement(old: Certificate, new: CertificateFacts, has_private_key: bool) -> None:
    """Refuse a replacement if ``old`` is already replaced, or the new one has the old key or lacks a needed key."""
    if old.replaced_by is not None:
        raise Refusal(
            "already-replaced",
            f"certificate {old.id} ({old.name}) has been replaced by {old.replaced_by}",
            f"Replace {old.replaced_by} instead.",
        )
    if new.fingerprint_sha256 == old.fingerprint_sha256:
        raise Refusal("same-certificate", f"that is certificate {old.id} itself", "Bring the new certificate.")
    if new.public_key_sha256 == old.public_key_sha256:
        raise Refusal(
            "same-key-replacement",
            "the new certificate has the old private key; a replacement needs a new one",
            "Make a new key and request the certificate again "
            f"(`certfleet certificate request`), then replace {old.id} with the answer.",
        )
    if old.has_private_key and not has_private_key:
        needs = "a keystore" if old.use_as is UseAs.APNS else "--key FILE or a keystore"
        raise Refusal(
            "replacement-without-key",
            f"certificate {old.id} has a private key, and what uses it needs the new one's as well",
            f"Bring the private key along: {needs}.",
        )


def replacement_notes(old: Certificate, new: CertificateFacts, now: datetime) -> list[str]:
    """Allowed but possibly surprising differences, one sentence each."""
    notes = []
    if lost := [name for name in names_of(old) if not covered(name, names_of(new))]:
        notes.append(f"the new certificate does not cover {', '.join(lost)}")
    if new.not_before > now:
        notes.append(f"the new certificate is valid from {minute(new.not_before)} UTC only")
    if new.not_after < now:
        notes.append("the new certificate has expired")
    elif new.not_after <= old.not_after:
        notes.append("the new certificate expires no later than the old one")
    if old.is_ca and not new.is_ca:
        notes.append("the old certificate is a CA certificate, the new one is not")
    if old.extended_key_usage and (lost := sorted({*old.extended_key_usage} - {*new.extended_key_usage})):
        notes.append(f"the new certificate is not for {', '.join(lost)}")
    return notes


def names_of(certificate: CertificateFacts) -> tuple[str, ...]:
    """Its subject alternative names; without any, its common name if that is a DNS name, as older clients did."""
    if certificate.sans:
        return certificate.sans
    name = certificate.common_name
    return (f"DNS:{name}",) if _DNS_NAME.fullmatch(name) else ()


def covered(name: str, by: Iterable[str]) -> bool:
    """Whether a name is among others, or covered by a wildcard for one label (RFC 6125).

    Names are compared as DNS does: without regard to case and to a final dot.
    """
    known = {_compared(one) for one in by}
    name = _compared(name)
    if name in known:
        return True
    if not name.startswith("dns:"):
        return False
    _, dot, parent = name.removeprefix("dns:").partition(".")
    return bool(dot) and f"dns:*.{parent}" in known


def _compared(name: str) -> str:
    return name.lower().removesuffix(".") if name[:4].upper() == "DNS:" else name


_DNS_NAME = re.compile(r"(\*\.)?([A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?\.)+[A-Za-z0-9-]{2,}\.?")


def menu_order(entries: Iterable[Certificate]) -> list[Certificate]:
    """Entries in menu order: by id, with each replacement right below the one it replaced."""
    by_id = {entry.id: entry for entry in sorted(entries, key=lambda entry: entry.id)}
    replacements = {entry.replaced_by for entry in by_id.values()}
    ordered: list[Certificate] = []
    for entry in by_id.values():
        if entry.id in replacements:
            continue
        following: Certificate | None = entry
        while following is not None and following not in ordered:
            ordered.append(following)
            following = by_id.get(following.replaced_by) if following.replaced_by else None
    return ordered
