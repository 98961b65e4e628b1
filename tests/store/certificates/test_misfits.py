"""What is said of certificates that form no chain is true, and leaving out the one that is named leads to one."""

from __future__ import annotations

import re
from functools import cache
from itertools import combinations, pairwise

import pytest

from certfleet.store.certificates.chains import order_chain
from certfleet.store.certificates.facts import ParsedCertificate, parse_certificate
from certfleet.store.certificates.signatures import is_issued_by
from certfleet.store.errors import Refusal
from tests.material import issue, make_ca


@cache
def world() -> list[ParsedCertificate]:
    """Two roots, one of them also cross-signed by the other; an intermediate below both; two leaves, one unrelated
    chain, and an intermediate of the same name over another key."""
    old, new = make_ca("Old Root"), make_ca("New Root")
    crossed = make_ca("New Root", issuer=old, key=new.key)
    intermediate = make_ca("Issuing CA", issuer=new)
    again = make_ca("Issuing CA", issuer=old, key=intermediate.key)
    namesake = make_ca("Issuing CA", issuer=old)
    made = [
        issue("a.example.com", issuer=intermediate),
        issue("b.example.com", issuer=intermediate),
        intermediate,
        again,
        namesake,
        crossed,
        new,
        old,
        issue("alone.example.com"),
    ]
    return [parse_certificate(one.der) for one in made]


def sets() -> list[tuple[int, ...]]:
    return [chosen for size in (2, 3, 4, 5) for chosen in combinations(range(9), size)]


@pytest.mark.parametrize("turned", [False, True])
def test_what_is_said_is_true(turned: bool) -> None:
    for chosen in sets():
        given = [world()[n] for n in (reversed(chosen) if turned else chosen)]
        while True:
            try:
                chain = order_chain(given)
            except Refusal as refusal:
                assert refusal.code == "not-a-chain"
                number = check(refusal, given)
                given = given[: number - 1] + given[number:]
            else:
                break
        assert all(is_issued_by(*pair) for pair in pairwise(chain))


def check(refusal: Refusal, given: list[ParsedCertificate]) -> int:
    """Each part of the sentence against the signatures. The number of the certificate to leave out."""
    found = re.fullmatch(r"certificate (\d+) of \d+, (.+?), does not fit: (.+)", refusal.message)
    assert found is not None, refusal.message
    other, why = given[int(found[1]) - 1], found[3]
    assert found[2] == other.facts.name
    assert f"Leave certificate {found[1]} out" in (refusal.hint or "")
    issued = [one for one in given if one is not other and is_issued_by(one, other)]
    issuers = [one for one in given if one is not other and is_issued_by(other, one)]
    for place in re.findall(r"certificate (\d+), [^,]+, issued it", why):
        assert given[int(place) - 1] in issuers, refusal.message
    for place in re.findall(r"it issued certificate (\d+)", why):
        assert given[int(place) - 1] in issued, refusal.message
    if "issued none of the others" in why:
        assert not issued, refusal.message
    if "neither issued nor was issued by" in why or "but another key signed that certificate" in why:
        assert not issued, refusal.message
        assert not issuers, refusal.message
    for place in re.findall(r"of the same key as certificate (\d+)", why):
        assert given[int(place) - 1].spki == other.spki, refusal.message
    if "which is not in the chain of" in why:
        leaf = why.rsplit("chain of ", 1)[1]
        place = re.findall(r"it issued (certificate \d+, .+?), which is not", why)[0]
        assert leaf not in (place, place.partition(", ")[2]), refusal.message
    return int(found[1])
