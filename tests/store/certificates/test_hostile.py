"""Any bytes at all give a result or a refusal, never anything else."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
    pkcs12,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certfleet.store.certificates.facts import parse_certificate
from certfleet.store.certificates.private_keys import load_private_key
from certfleet.store.certificates.reading import read_certificates
from certfleet.store.errors import Refusal
from certfleet.store.keystores.reading import read_keystore
from tests.material import jks_store, make_chain
from tests.mutated import mutated

MADE = make_chain()
CHEAP = (
    PrivateFormat.PKCS12.encryption_builder()
    .kdf_rounds(1)
    .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
    .hmac_hash(hashes.SHA256())
    .build(b"x")
)
OLD = (
    PrivateFormat.PKCS12.encryption_builder()
    .kdf_rounds(1)
    .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
    .hmac_hash(hashes.SHA1())
    .build(b"x")
)


def p12(encryption: object) -> bytes:
    return pkcs12.serialize_key_and_certificates(b"a", MADE.key, MADE.certificate, MADE.issuers, encryption)  # type: ignore[arg-type]


JKS_BODY = b"\0\0\0\2\0\1a" + bytes(8) + b"\0\5X.509" + len(MADE.der).to_bytes(4, "big") + MADE.der

SEEDS = [
    MADE.der,
    MADE.chain_pem,
    MADE.key_pem,
    MADE.key_der,
    MADE.key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"x")),
    MADE.key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()),
    pkcs7.serialize_certificates(list(MADE.chain), Encoding.DER),
    p12(NoEncryption()),
    p12(CHEAP),
    p12(OLD),
    jks_store(2, 1, JKS_BODY),
]


def everything(data: bytes) -> int:
    """Use whatever comes out, too: what is read lazily may fail later. The answer is how many readers took the file."""
    readers: list[Callable[[], object]] = [
        lambda: [certificate.x509 for certificate in read_certificates(data, "a").certificates],
        lambda: load_private_key(data, "x"),
        lambda: load_private_key(data),
        lambda: parse_certificate(data).public_key(),
        lambda: [entry.private_key for entry in read_keystore(data, password="x").entries],
        lambda: [entry.subject for entry in read_keystore(data).entries],
    ]
    taken = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for reader in readers:
            with contextlib.suppress(Refusal):
                reader()
                taken += 1
    return taken


@pytest.mark.parametrize("data", SEEDS, ids=range(len(SEEDS)))
def test_the_seeds_themselves(data: bytes) -> None:
    assert everything(data)


@pytest.mark.slow
@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_any_bytes(data: bytes) -> None:
    everything(data)


@pytest.mark.slow
@given(mutated(SEEDS))
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_damaged_files(data: bytes) -> None:
    everything(data)


@pytest.mark.slow
@given(st.text(max_size=300), st.sampled_from(["CERTIFICATE", "PKCS7", "PRIVATE KEY", "EC PRIVATE KEY"]))
@settings(max_examples=100)
def test_any_text_in_armour(text: str, label: str) -> None:
    everything(f"-----BEGIN {label}-----\n{text}\n-----END {label}-----".encode())


@pytest.mark.slow
@given(st.binary(max_size=300), st.sampled_from([b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce"]))
@settings(max_examples=200)
def test_any_body_of_a_sealed_java_keystore(body: bytes, magic: bytes) -> None:
    everything(jks_store(2, 1, body, magic=magic))


@pytest.mark.slow
@pytest.mark.parametrize(
    "data",
    [
        b"A" + b" " * 4_000_000 + b"!",
        b"A" * 100 + b" =\n" * 1_000_000,
        b"-----BEGIN A-----\n" * 200_000,
        b"-----BEGIN A-----\n-----END A-----\n" * 50_000,
        b"\x30\x80" * 500_000,
        b"\x30\x84\x00\x40\x00\x00" + b"\x30\x00" * 2_000_000,
        b"\x30" * 4_000_000,
    ],
    ids=range(7),
)
@pytest.mark.timeout(120)  # a fraction of a second each; hours, where something is quadratic
def test_large_files_take_no_long_time(data: bytes) -> None:
    everything(data)
