"""A certificate whose key is one of several, some of them encrypted."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from certfleet.store.errors import Refusal
from certfleet.store.inventory.loading import load
from certfleet.store.inventory.sources import CertificateSource
from tests.material import Issued, issue

MADE, OTHER, THIRD = issue(), issue("other.example"), issue("third.example")


def encrypted(made: Issued) -> bytes:
    return made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))


def loaded(keys: bytes, beside: bool, password: str | None = None) -> bytes | None:
    """The key found, the keys lying in a file of their own or in the certificate's."""
    if beside:
        return load(CertificateSource(data=MADE.pem, key=keys, key_password=password)).private_key
    return load(CertificateSource(data=keys + MADE.pem, key_password=password)).private_key


@pytest.mark.parametrize("beside", [True, False])
def test_every_key_is_tried(beside: bool) -> None:
    assert loaded(OTHER.key_pem + MADE.key_pem, beside) == MADE.key_der
    assert loaded(encrypted(OTHER) + MADE.key_pem, beside) == MADE.key_der
    assert loaded(encrypted(OTHER) + MADE.key_pem, beside, "wrong") == MADE.key_der
    assert loaded(OTHER.key_pem + encrypted(MADE), beside, "secret") == MADE.key_der


@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize(
    ("keys", "password", "code"),
    [
        (OTHER.key_pem + THIRD.key_pem, None, "key-mismatch"),
        (OTHER.key_pem + encrypted(MADE), None, "key-password-needed"),
        (encrypted(OTHER) + THIRD.key_pem, None, "key-password-needed"),
        (encrypted(OTHER) + THIRD.key_pem, "wrong", "wrong-password"),
        (encrypted(OTHER) + THIRD.key_pem, "secret", "key-mismatch"),
    ],
    ids=["strangers", "own-encrypted", "stranger-encrypted", "wrong-password", "opened-stranger"],
)
def test_what_is_said_where_none_fits(beside: bool, keys: bytes, password: str | None, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        loaded(keys, beside, password)
    assert refused.value.code == code
