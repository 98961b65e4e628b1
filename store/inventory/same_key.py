"""Two certificates of one key pair: what is said of them, so that they can be told apart, and of the ways out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..certificates.facts import ParsedCertificate
from ..certificates.signatures import is_issued_by
from ..certificates.text import shortened
from ..errors import Refusal
from ..model.certificate import Certificate, CertificateFacts
from ..words import day


class Lookup(Protocol):
    """The part of the inventory that the rules need."""

    def by_public_key(self, sha256: str) -> Certificate | None:
        """The one entry that holds this public key."""
        ...

    def parsed(self, id: int) -> ParsedCertificate:
        """The certificate of an entry."""
        ...

    def chained_through(self, id: int) -> list[Certificate]:
        """The entries that chain to this one, through others too."""
        ...


def issued(child: ParsedCertificate, issuer: ParsedCertificate) -> bool:
    """Whether one issued the other, by name and signature; a signature that can't be checked proves nothing."""
    try:
        return is_issued_by(child, issuer)
    except Refusal:
        return False


def same_key(
    holder: Certificate, position: int, chain: Sequence[ParsedCertificate], inventory: Lookup, places: Sequence[int]
) -> Refusal:
    certificate = chain[position]
    message = (
        f"certificate {holder.id} ({holder.name}), {_differs(holder)}, has the same key pair as "
        f"{_placed(certificate, position, places)}; one certificate per public key can be in the inventory"
    )
    through = len(inventory.chained_through(holder.id))
    brings_root = chain[-1].facts.is_self_issued  # the certificate itself, or the root above it
    if through and holder.is_self_issued and not brings_root:
        who = "1 entry chains" if through == 1 else f"{through:,} entries chain"
        message += f". {who} through that entry up to a root, and will lack one if it is replaced by this certificate"
    hint = (
        "Choose: --on-conflict replace puts the new certificate into that entry, which keeps its private key; "
        "--on-conflict delete deletes that entry first, with its private key"
    )
    if position and issued(chain[position - 1], inventory.parsed(holder.id)):
        hint += "; --on-conflict keep leaves that entry as it is, and links what the CA issued to it"
    return Refusal("same-key", message, f"{hint}.")


def same_key_in_file(chain: Sequence[ParsedCertificate], one: int, other: int, places: Sequence[int]) -> Refusal:
    hint = "Import the one that is in use."
    if one:
        hint = "Leave one out of the file, or choose --on-conflict keep, which imports the first of them alone."
    return Refusal(
        "same-key-in-file",
        "two certificates of the file have the same key pair: "
        f"{_placed(chain[one], one, places)} and {_placed(chain[other], other, places)}",
        hint,
    )


def described(facts: CertificateFacts) -> str:
    """A certificate by name, and by what tells it from another of the same name and key."""
    return f"{facts.name}, {_differs(facts)}"


def _differs(facts: CertificateFacts) -> str:
    issuer = "self-issued" if facts.is_self_issued else f"issued by {shortened(facts.issuer)}"
    return f"{issuer}, valid to {day(facts.not_after)}"


def _placed(certificate: ParsedCertificate, position: int, places: Sequence[int]) -> str:
    title = f"certificate {places[position]} of the file" if places else "the file's"
    return f"{title} ({certificate.facts.name}), {_differs(certificate.facts)}"
