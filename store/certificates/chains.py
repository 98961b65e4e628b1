"""Chains: putting certificates in order, leaf first, by their signatures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ..errors import Refusal
from .facts import ParsedCertificate
from .limits import MAX_CHAIN_STEPS, MAX_SIGNATURE_CHECKS
from .signatures import is_issued_by


class CertificatePool:
    """Certificates among which issuers are looked up. The number of signatures it checks is bounded."""

    def __init__(self, certificates: Iterable[ParsedCertificate]) -> None:
        self._by_subject: dict[str, list[ParsedCertificate]] = defaultdict(list)
        for certificate in dict.fromkeys(certificates):
            self._by_subject[certificate.facts.subject_name_sha256].append(certificate)
        self._issuers: dict[ParsedCertificate, list[ParsedCertificate]] = {}
        self._checks = 0

    def issuers(self, child: ParsedCertificate) -> list[ParsedCertificate]:
        """The issuers of ``child``, the likeliest first; never ``child`` itself.

        Refuses ``signature-unsupported``, and ``not-a-chain`` when far too many share one name.
        """
        found = self._issuers.get(child)
        if found is None:
            named = [c for c in self._by_subject.get(child.facts.issuer_name_sha256, ()) if c != child]
            found = sorted((c for c in named if self._signed(child, c)), key=lambda c: _likeliness(child, c))
            self._issuers[child] = found
        return found

    def chain_for(self, leaf: ParsedCertificate) -> tuple[ParsedCertificate, ...]:
        """The leaf and its issuers, as far as they are available. A signature that can't be checked ends the chain."""
        chain = [leaf]
        seen = {leaf}
        while True:
            try:
                issuers = self.issuers(chain[-1])
            except Refusal:
                return tuple(chain)
            following = next((c for c in issuers if c not in seen), None)
            if following is None or _is_self_signed_root(chain[-1]):
                return tuple(chain)
            chain.append(following)
            seen.add(following)

    def _signed(self, child: ParsedCertificate, issuer: ParsedCertificate) -> bool:
        self._checks += 1
        if self._checks > MAX_SIGNATURE_CHECKS:
            raise Refusal(
                "not-a-chain",
                f"too many certificates have the name {issuer.facts.name}",
                "Bring one chain: the certificate, its intermediates, and the root.",
            )
        return is_issued_by(child, issuer)


def chain_for(leaf: ParsedCertificate, pool: Iterable[ParsedCertificate]) -> tuple[ParsedCertificate, ...]:
    """The chain of ``leaf`` among ``pool``, leaf first, following signatures; other certificates stay out."""
    return CertificatePool(pool).chain_for(leaf)


def order_chain(certificates: Sequence[ParsedCertificate]) -> tuple[ParsedCertificate, ...]:
    """The one chain that the certificates form, leaf first; exact repeats are dropped.

    Refuses ``not-a-chain``, naming the certificate that does not fit by its place in the input, and
    ``signature-unsupported``.
    """
    distinct = list(dict.fromkeys(certificates))
    if len(distinct) <= 1:
        return tuple(distinct)
    pool = CertificatePool(distinct)
    issuers = {certificate: pool.issuers(certificate) for certificate in distinct}
    issuing = {issuer for found in issuers.values() for issuer in found}
    leaves = [certificate for certificate in distinct if certificate not in issuing]
    best: tuple[ParsedCertificate, ...] = ()
    steps = MAX_CHAIN_STEPS
    # If every certificate issued another one (cross-signed roots), any of them may be the first.
    for start in leaves[:2] or distinct:
        path, steps = _longest_path(start, issuers, steps)
        best = max(best, path, key=len)
        if len(best) == len(distinct):
            return best
    raise _misfit(certificates, best, issuers)


def _longest_path(
    start: ParsedCertificate, issuers: dict[ParsedCertificate, list[ParsedCertificate]], steps: int
) -> tuple[tuple[ParsedCertificate, ...], int]:
    """The longest path up from ``start`` without repeating a certificate, and the remaining steps."""
    path, on_path = [start], {start}
    best: tuple[ParsedCertificate, ...] = (start,)
    open_choices = [iter(issuers[start])]
    while open_choices and steps > 0:
        steps -= 1
        following = next((issuer for issuer in open_choices[-1] if issuer not in on_path), None)
        if following is None:
            open_choices.pop()
            on_path.discard(path.pop())
            continue
        path.append(following)
        on_path.add(following)
        open_choices.append(iter(issuers[following]))
        if len(path) > len(best) and len(path) == len(issuers):
            return tuple(path), steps
        if len(path) > len(best):
            best = tuple(path)
    return best, steps


def _likeliness(child: ParsedCertificate, issuer: ParsedCertificate) -> tuple[bool, bool, bool, float]:
    """Sorts issuers: an authority before a leaf, the named key first, self-signed last, the longest valid."""
    key_id = child.facts.authority_key_id
    return (
        not issuer.facts.is_ca,
        key_id is not None and issuer.facts.subject_key_id != key_id,
        issuer.facts.is_self_issued,
        -issuer.facts.not_after.timestamp(),
    )


def _is_self_signed_root(certificate: ParsedCertificate) -> bool:
    return certificate.facts.is_self_issued and is_issued_by(certificate, certificate)


def _misfit(
    given: Sequence[ParsedCertificate],
    chain: Sequence[ParsedCertificate],
    issuers: dict[ParsedCertificate, list[ParsedCertificate]],
) -> Refusal:
    """Names the first certificate outside the longest chain, and what it has to do with the others."""
    members = set(chain)
    number, other = next((n, c) for n, c in enumerate(given, 1) if c not in members)
    last = chain[-1].facts
    above = [c for c in issuers[other] if c is not other]
    below = [c for c in dict.fromkeys(given) if c is not other and other in issuers[c]]
    namesakes = [c for c in given if c.facts.name == chain[0].facts.name and c is not chain[0]]
    of_chain = f"the chain of {_placed(chain[0], given) if namesakes else chain[0].facts.name}"
    aside = next((c for c in below if c not in members), None)
    twin = next((c for c in chain if c.spki == other.spki), None)
    if twin is not None:
        why = f"it is of the same key as {_placed(twin, given)}, which is in {of_chain}"
    elif aside is not None:
        by = f"{_placed(above[0], given)}, issued it, but " if above else ""
        why = f"{by}it issued {_placed(aside, given)}, which is not in {of_chain}"
    elif above or below:
        by = f"{_placed(above[0], given)}, issued it, but " if above else ""
        of = f"it issued {_placed(below[0], given)}, as another does" if below else "it issued none of the others"
        why = f"{by}{of}"
    elif other.facts.subject_name_sha256 == last.issuer_name_sha256 and not last.is_self_issued:
        why = f"it has the name of the issuer of {last.name}, but another key signed that certificate"
    else:
        why = f"it neither issued nor was issued by the certificates of {of_chain}"
    return Refusal(
        "not-a-chain",
        f"certificate {number} of {len(given)}, {other.facts.name}, does not fit: {why}",
        f"Leave certificate {number} out: bring one chain in a file, the certificate, its intermediates, and the root. "
        "Nothing was imported.",
    )


def _placed(certificate: ParsedCertificate, given: Sequence[ParsedCertificate]) -> str:
    return f"certificate {given.index(certificate) + 1}, {certificate.facts.name}"
