"""Any order becomes leaf first; what forms no single chain is refused by name."""

from __future__ import annotations

import itertools

import pytest

from certfleet.store.certificates.chains import chain_for, order_chain
from certfleet.store.certificates.facts import ParsedCertificate, parse_certificate
from certfleet.store.errors import Refusal
from tests.effort import calls_in
from tests.material import Issued, ec_key, issue, make_ca, make_chain


def parsed(*made: Issued) -> list[ParsedCertificate]:
    return [parse_certificate(one.der) for one in made]


def chain_of(made: Issued) -> list[ParsedCertificate]:
    return [parse_certificate(der) for der in made.chain_der]


def refusal_of(certificates: list[ParsedCertificate]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        order_chain(certificates)
    return refused.value


def test_every_order_gives_the_same_chain() -> None:
    chain = chain_of(make_chain())
    for order in itertools.permutations(chain):
        assert list(order_chain(order)) == chain


def test_exact_repeats_are_dropped() -> None:
    chain = chain_of(make_chain())
    assert list(order_chain([*chain, chain[1], chain[0]])) == chain


def test_one_alone_and_none() -> None:
    alone = parsed(issue())
    assert list(order_chain(alone)) == alone
    assert order_chain([]) == ()


def test_a_stranger_is_named() -> None:
    chain, stranger = chain_of(make_chain()), parsed(make_ca("Stranger CA"))
    refusal = refusal_of([chain[2], *stranger, chain[0], chain[1]])
    assert refusal.code == "not-a-chain"
    assert "certificate 2 of 4, Stranger CA" in refusal.message


def test_two_leaves() -> None:
    root = make_ca()
    refusal = refusal_of(parsed(issue("a", issuer=root), issue("b", issuer=root), root))
    assert "certificate 2 of 3, b" in refusal.message


def test_a_gap() -> None:
    leaf, _, root = chain_of(make_chain("a.example"))
    assert "certificate 2 of 2, Root of a.example" in refusal_of([leaf, root]).message


def test_an_issuer_of_the_right_name_and_another_key() -> None:
    leaf = issue(issuer=make_ca("Root CA"))
    refusal = refusal_of(parsed(leaf, make_ca("Root CA")))
    assert "another key signed" in refusal.message


def test_a_cross_signed_authority() -> None:
    old, new = make_ca("Old Root"), make_ca("New Root")
    crossed = make_ca("New Root", issuer=old, key=new.key)
    leaf = issue(issuer=new)
    expected = parsed(leaf, crossed, old)
    assert list(order_chain([expected[2], expected[1], expected[0]])) == expected


def test_140_strangers_at_once() -> None:
    roots = parsed(*(make_ca(f"Root {number}") for number in range(140)))
    refused: list[Refusal] = []
    assert calls_in(lambda: refused.append(refusal_of(roots))) < 200_000
    assert "certificate 2 of 140" in refused[0].message


def test_very_many_of_one_name_take_no_time() -> None:
    key, root = ec_key(), make_ca("Same")
    certificates = parsed(*(issue("Same", issuer=root, key=key, is_ca=True) for _ in range(300)))
    refused: list[Refusal] = []
    assert calls_in(lambda: refused.append(refusal_of(certificates))) < 200_000
    assert refused[0].code == "not-a-chain"


def test_renewals_of_one_self_signed_authority_end() -> None:
    """With one key, each renewal has issued every other: there are many ways up, and no end by itself."""
    key = ec_key()
    renewals = parsed(*(make_ca("Same", key=key) for _ in range(30)))
    assert len(order_chain(renewals)) == 30
    assert refusal_of([*renewals, *parsed(make_ca("Other"))]).code == "not-a-chain"


def test_the_chain_of_a_leaf_in_a_pool() -> None:
    made = make_chain()
    leaf, issuer, root = chain_of(made)
    pool = [root, *parsed(make_ca("Stranger")), leaf, issuer]
    assert chain_for(leaf, pool) == (leaf, issuer, root)
    assert chain_for(leaf, []) == (leaf,)


def test_in_a_pool_a_self_signed_issuer_comes_last() -> None:
    old, new = make_ca("Old Root"), make_ca("New Root")
    crossed = make_ca("New Root", issuer=old, key=new.key)
    leaf, *rest = parsed(issue(issuer=new), new, crossed, old)
    assert chain_for(leaf, rest) == (leaf, rest[1], rest[2])


def test_authorities_that_signed_each_other_end() -> None:
    one, two = make_ca("One"), make_ca("Two")
    crossed = [make_ca("One", issuer=two, key=one.key), make_ca("Two", issuer=one, key=two.key)]
    leaf, *pool = parsed(issue(issuer=one), *crossed)
    assert len(chain_for(leaf, pool)) == 3
    assert len(order_chain([leaf, *pool])) == 3
