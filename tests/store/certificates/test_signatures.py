"""Signatures are checked, not only names; what can't be checked is said."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from certfleet.store.certificates.facts import ParsedCertificate, parse_certificate
from certfleet.store.certificates.signatures import is_issued_by, is_signed_by
from certfleet.store.errors import Refusal
from tests.material import Digest, Issued, PrivateKey, issue, make_ca, rsa_key

PSS = padding.PSS(padding.MGF1(hashes.SHA256()), 32)


def parsed(made: Issued) -> ParsedCertificate:
    return parse_certificate(made.der)


@pytest.mark.parametrize(
    "key",
    [
        rsa_key(),
        ec.generate_private_key(ec.SECP384R1()),
        ed25519.Ed25519PrivateKey.generate(),
        ed448.Ed448PrivateKey.generate(),
        dsa.generate_private_key(1024),
    ],
    ids=["rsa", "ec", "ed25519", "ed448", "dsa"],
)
def test_every_kind_of_key(key: PrivateKey) -> None:
    root = make_ca("Root", key=key)
    leaf = issue("leaf", issuer=root)
    assert is_issued_by(parsed(leaf), parsed(root))
    assert is_issued_by(parsed(root), parsed(root))
    assert not is_issued_by(parsed(leaf), parsed(make_ca("Root")))
    assert not is_issued_by(parsed(root), parsed(leaf))


@pytest.mark.parametrize("algorithm", [hashes.SHA256(), hashes.SHA384()])
def test_pss(algorithm: Digest) -> None:
    root = make_ca("Root", key=rsa_key())
    scheme = padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)
    leaf = issue(issuer=root, rsa_padding=scheme, hash_algorithm=algorithm)
    assert parsed(leaf).facts.signature_algorithm == "RSASSA-PSS"
    assert is_issued_by(parsed(leaf), parsed(root))
    assert not is_issued_by(parsed(leaf), parsed(make_ca("Root", key=rsa_key(1))))


def test_names_that_differ_in_encoding_only() -> None:
    root = make_ca("Example Root CA")
    value = x509.NameAttribute(NameOID.COMMON_NAME, "EXAMPLE  root ca", _ASN1Type.PrintableString)
    leaf = issue(issuer=root, issuer_name=x509.Name([value]))
    assert is_issued_by(parsed(leaf), parsed(root))


def test_the_right_key_under_another_name() -> None:
    root = make_ca("Root")
    other = make_ca("Other", key=root.key)
    leaf = parsed(issue(issuer=root))
    assert is_signed_by(leaf, parsed(other))
    assert not is_issued_by(leaf, parsed(other))


def test_a_changed_certificate() -> None:
    root = make_ca("Root")
    leaf = issue("aaaa.example", issuer=root)
    assert not is_issued_by(parse_certificate(leaf.der.replace(b"aaaa.example", b"bbbb.example")), parsed(root))


@pytest.mark.parametrize(
    ("oid", "name"), [("2a864886f70d010102", "md2WithRSAEncryption"), ("2a864886f70d010177", "1.2.840.113549.1.1.119")]
)
def test_an_algorithm_that_cannot_be_checked_is_named(oid: str, name: str) -> None:
    root = make_ca("Root", key=rsa_key())
    der = issue(issuer=root).der.replace(bytes.fromhex("2a864886f70d01010b"), bytes.fromhex(oid))
    with pytest.raises(Refusal) as refused:
        is_issued_by(parse_certificate(der), parsed(root))
    assert refused.value.code == "signature-unsupported"
    assert name in refused.value.message


def test_two_algorithms_in_one_certificate() -> None:
    root = make_ca("Root", key=rsa_key())
    der = issue(issuer=root).der
    sha256, sha512 = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d01010d")
    assert not is_issued_by(parse_certificate(der.replace(sha256, sha512, 1)), parsed(root))


def test_an_issuer_whose_key_cannot_be_used() -> None:
    root = make_ca("Root")
    curve, unknown = bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06082a8648ce3d030177")
    with pytest.raises(Refusal, match="signature-unsupported"):
        is_issued_by(parsed(issue(issuer=root)), parse_certificate(root.der.replace(curve, unknown)))
