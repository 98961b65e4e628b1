"""The rules of path validation (RFC 5280, section 6.1) about extensions: critical ones, name constraints, policies.

Time, basic constraints, key usage and path length are judged from the records (``store.inventory.verify``). What isn't
judged is said, never passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from .der import DerError
from .facts import ParsedCertificate
from .name_constraints import NameConstraints, ViolationKind
from .path_facts import path_facts
from .second_opinion import second_opinion


class PathFinding(NamedTuple):
    """What is wrong with the certificate at ``position`` of a chain, or, with ``judged`` off, can't be judged.

    ``message`` completes a sentence that begins with the certificate's name.
    """

    code: str
    position: int
    message: str
    judged: bool = True


def judge(chain: Sequence[ParsedCertificate], *, rooted: bool) -> list[PathFinding]:
    """Judge the extensions of a chain, leaf first; ``rooted``: its last certificate is a root."""
    return [*_extensions(chain, rooted), *_constraints(chain)]


def opinion(chain: Sequence[ParsedCertificate], now: datetime) -> list[PathFinding]:
    """What cryptography has against a complete chain that our rules accept."""
    said = second_opinion(chain, now)
    told = f"is refused by cryptography: {said}"
    return [] if said is None else [PathFinding("refused-elsewhere", 0, told, judged=False)]


def _extensions(chain: Sequence[ParsedCertificate], rooted: bool) -> Iterator[PathFinding]:
    for position, certificate in enumerate(chain):
        facts = path_facts(certificate)
        # A root is trusted by its name and key (RFC 5280, 6.1.1 d); some of the public ones have the serial number 0.
        is_anchor = rooted and position == len(chain) - 1 and certificate.facts.is_ca
        if facts.unreadable is not None and not is_anchor:
            said = f"can only be read leniently: {facts.unreadable}"
            yield PathFinding("read-leniently", position, said, judged=False)
        if position and facts.has_key_usage and not certificate.facts.key_usage and facts.unreadable is None:
            yield PathFinding("issuer-may-not-sign", position, "may not sign certificates")
        if facts.unknown:
            what = "unknown critical extensions" if len(facts.unknown) > 1 else "an unknown critical extension"
            yield PathFinding("unknown-critical-extension", position, f"has {what}: {', '.join(facts.unknown)}")
        if facts.unprocessed:
            said = f"has critical extensions that are not judged: {', '.join(facts.unprocessed)}"
            yield PathFinding("extension-not-judged", position, said, judged=False)
        if facts.policies:
            said = f"limits certificate policies, which are not judged: {', '.join(facts.policies)}"
            yield PathFinding("policies-not-judged", position, said, judged=False)


def _constraints(chain: Sequence[ParsedCertificate]) -> Iterator[PathFinding]:
    for above in range(1, len(chain)):
        value = path_facts(chain[above]).constraints
        if value is None:
            continue
        try:
            constraints = NameConstraints(value)
        except (DerError, ValueError) as error:
            yield PathFinding("name-constraints-damaged", above, f"has name constraints that can't be used: {error}")
            continue
        for below in range(above):
            facts = chain[below].facts
            if below and facts.is_self_issued:
                continue  # RFC 5280, 6.1.3 b: a CA's certificate for its own new key
            found = list(constraints.violations(path_facts(chain[below])))
            if not found:
                continue
            # One name shows it; what is forbidden comes before what can't be judged.
            kind, message = min(found, key=lambda violation: violation.kind is not ViolationKind.VIOLATED)
            if kind is ViolationKind.VIOLATED:
                yield PathFinding("name-not-permitted", below, f"{message} by {chain[above].facts.name}")
            else:
                yield PathFinding("names-not-judged", below, message, judged=False)
