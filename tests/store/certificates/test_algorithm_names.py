"""Algorithms are called by their names in the field, also those that nothing here can use yet."""

from __future__ import annotations

import pytest

from certfleet.store.certificates.algorithms import signature_name
from certfleet.store.certificates.asn1 import core
from certfleet.store.certificates.public_keys import describe_public_key

EC = "1.2.840.10045.2.1"


def spki(oid: str, curve: str | None = None) -> bytes:
    """A SubjectPublicKeyInfo with these identifiers (RFC 5480), and a key that is nobody's."""
    identifiers = core.ObjectIdentifier(oid).dump() + (b"" if curve is None else core.ObjectIdentifier(curve).dump())
    return wrapped(wrapped(identifiers) + core.BitString((0, 1)).dump())


def wrapped(contents: bytes) -> bytes:
    return b"\x30" + bytes([len(contents)]) + contents


@pytest.mark.parametrize(
    ("oid", "name"),
    [
        ("2.16.840.1.101.3.4.3.20", "SLH-DSA-SHA2-128s"),
        ("2.16.840.1.101.3.4.3.25", "SLH-DSA-SHA2-256f"),
        ("2.16.840.1.101.3.4.3.26", "SLH-DSA-SHAKE-128s"),
        ("2.16.840.1.101.3.4.3.31", "SLH-DSA-SHAKE-256f"),
    ],
)
def test_slh_dsa_by_its_parameter_set(oid: str, name: str) -> None:
    assert (describe_public_key(spki(oid)), signature_name(oid)) == ((name, None), name)


def test_keys_of_ml_kem() -> None:
    assert describe_public_key(spki("2.16.840.1.101.3.4.4.2")) == ("ML-KEM-768", None)


@pytest.mark.parametrize(
    ("arc", "name", "size"), [(37, "sect409r1", 409), (38, "sect571k1", 571), (39, "sect571r1", 571)]
)
def test_the_longest_curves_of_sec_2(arc: int, name: str, size: int) -> None:
    assert describe_public_key(spki(EC, f"1.3.132.0.{arc}")) == (f"EC {name}", size)
