"""Verifying a chain at a time: the path checks of RFC 5280 section 6 that an entry can fail.

The signatures of the chain were checked when its entries were linked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from ..model.certificate import Certificate
from ..words import day


class ChainProblem(Struct, frozen=True):
    """A problem, and the entry of the chain that has it."""

    code: str
    certificate_id: int
    message: str


class Verification(Struct, frozen=True, kw_only=True):
    """The result of verifying an entry. ``chain`` has ids, leaf first."""

    certificate: Certificate
    chain: tuple[int, ...]
    problems: tuple[ChainProblem, ...]

    @property
    def ok(self) -> bool:
        """Whether the chain is complete and valid."""
        return not self.problems


def verify_chain(chain: Sequence[Certificate], now: datetime) -> Verification:
    """Verify a chain, leaf first, as far as the inventory has it."""
    return Verification(
        certificate=chain[0],
        chain=tuple(entry.id for entry in chain),
        problems=tuple(_problems(chain, now)),
    )


def _problems(chain: Sequence[Certificate], now: datetime) -> Iterator[ChainProblem]:
    below = 0  # intermediates under the certificate at hand, the self-issued not counted (RFC 5280, 4.2.1.9)
    for position, entry in enumerate(chain):
        if now > entry.not_after:
            yield ChainProblem("expired", entry.id, f"{entry.name} expired on {day(entry.not_after)}")
        elif now < entry.not_before:
            yield ChainProblem("not-yet-valid", entry.id, f"{entry.name} is valid from {day(entry.not_before)} on")
        if position:
            yield from _issuer_problems(entry, below)
            below += not entry.is_self_issued
    last = chain[-1]
    if last.issuer_id is not None:
        yield ChainProblem("issuers-in-a-circle", last.id, f"{last.name} and its issuers issued each other; no root")
    elif not is_root(last):
        yield ChainProblem("issuer-missing", last.id, f"its issuer {last.issuer} is not in the inventory")


def _issuer_problems(issuer: Certificate, below: int) -> Iterator[ChainProblem]:
    if not issuer.is_ca:
        yield ChainProblem("issuer-not-ca", issuer.id, f"{issuer.name} issued one, and is no CA certificate")
    elif issuer.key_usage and "keyCertSign" not in issuer.key_usage:
        yield ChainProblem("issuer-may-not-sign", issuer.id, f"{issuer.name} may not sign certificates")
    if issuer.path_length is not None and below > issuer.path_length:
        yield ChainProblem(
            "path-too-long",
            issuer.id,
            f"{issuer.name} allows {issuer.path_length} intermediates below it, there are {below}",
        )


def is_root(entry: Certificate) -> bool:
    """Whether a certificate is self-issued and, by its key identifiers, self-signed: the end of a chain."""
    return entry.is_self_issued and entry.authority_key_id in (None, entry.subject_key_id)
