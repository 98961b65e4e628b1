"""Where the chains of the inventory end, and whether clients get from there to a root that they have themselves."""

from __future__ import annotations

from ..model.certificate import Certificate, CertificateFacts, is_root
from ..model.distinguished_name import split_rfc4514
from .certificate_table import Entries


def is_complete(top: CertificateFacts, issuer: CertificateFacts | None = None, *, publicly_trusted: bool) -> bool:
    """Whether a path that ends with ``top`` needs no other certificate than a root that clients have themselves.
    ``issuer`` is what is known to have issued it."""
    return publicly_trusted or is_root(top) or (issuer is not None and is_root(issuer))


def end_of_chain(top: CertificateFacts) -> str:
    """``it ends with mdm.example.com, without its issuer Example CA``."""
    return f"it ends with {top.name}, without its issuer {issuer_name(top)}"


def issuer_name(certificate: CertificateFacts) -> str:
    """The common name of a certificate's issuer; without one, the whole name (RFC 4514)."""
    parts = dict(part.split("=", 1) for part in split_rfc4514(certificate.issuer) if "=" in part)
    return parts.get("CN") or certificate.issuer


def incomplete_at(entries: Entries, id: int) -> Certificate | None:
    """The entry at the top of this one's chain, if clients can't build the chain from there: it is no root, and no
    public root has issued it. None for a complete chain."""
    top = entries.top(id)
    return None if is_root(top) or _is_public(entries, top) else top


def _is_public(entries: Entries, top: Certificate) -> bool:
    from ..certificates.public_roots import is_publicly_trusted, knows_name  # reading the list takes a while

    return knows_name(top) and is_publicly_trusted(entries.parsed(top.id))


def broken_chain(entries: Entries, new_id: int) -> tuple[str, ...]:
    """What is surprising about the chain of a replacement, where that of the old certificate is complete."""
    top = incomplete_at(entries, new_id)
    if top is None:
        return ()
    return (f"the new certificate's chain is incomplete: {end_of_chain(top)}; the old one's is complete",)


def chain_doubt(entries: Entries, id: int) -> str | None:
    """What is doubtful about the chain that an entry is served with; None for a complete one."""
    top = incomplete_at(entries, id)
    if top is None:
        return None
    if top.issuer_id is not None:
        return f"its chain has no root, so clients don't trust it: {top.name} and its issuers issued each other"
    lack = "clients that lack that issuer don't trust it, so import the issuer's certificate"
    return f"its chain is incomplete: {end_of_chain(top)}; {lack}"
