"""PKCS #12 files as a bulk import meets them: from any program, with any defect."""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import cache
from pathlib import Path

import pytest
from asn1crypto import algos, cms, core, pkcs12
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.serialization import NoEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from hypothesis import given, settings
from hypothesis import strategies as st

from certfleet.store.bulk.reading import NotRead, read_all, read_file
from certfleet.store.certificates.pkcs12_kdf import MAC_KEY, bmp_passwords, pkcs12_derive
from certfleet.store.errors import Refusal
from certfleet.store.model.bulk import CertificateReading
from tests.material import Issued, needs_openssl, openssl, rsa_key

from .material import PASSWORD, device_certificate, p12


def code_of(data: bytes, password: str = PASSWORD) -> str:
    """What a file is refused with."""
    with pytest.raises(Refusal) as refused:
        read_file(data, password)
    assert not password or password not in str(refused.value)
    return refused.value.code


def files(folder: Path, issued: Issued) -> tuple[Path, Path, Path]:
    """Certificate, key and password as OpenSSL takes them."""
    parts = folder / "leaf.pem", folder / "leaf.key", folder / "password"
    for part, data in zip(parts, (issued.chain_pem, issued.key_pem, PASSWORD.encode()), strict=True):
        part.write_bytes(data)
    return parts


OPENSSL = {
    "as it comes": [],
    "AES-128, SHA-1": ["-keypbe", "AES-128-CBC", "-certpbe", "AES-128-CBC", "-macalg", "SHA1"],
    "3DES, as before 3.0": ["-legacy"],
    "certificates in the clear": ["-certpbe", "NONE"],
    "without a MAC": ["-nomac"],
    "SHA-512 MAC": ["-macalg", "SHA512"],
    "many iterations": ["-iter", "100000"],
}


@needs_openssl
@pytest.mark.parametrize("options", OPENSSL.values(), ids=OPENSSL)
@pytest.mark.parametrize("key", [None, rsa_key()], ids=["EC", "RSA"])
def test_what_openssl_writes_is_read(tmp_path: Path, options: list[str], key: object) -> None:
    issued = device_certificate("F2LX0001", key=key)
    leaf, secret, password = files(tmp_path, issued)
    data = openssl("pkcs12", "-export", "-in", leaf, "-inkey", secret, "-passout", f"file:{password}", *options)
    found = read_file(data, PASSWORD)
    assert found.subject == "CN=F2LX0001"
    assert found.fingerprint_sha256 == hashlib.sha256(issued.der).hexdigest()
    assert found.file_sha256 == hashlib.sha256(data).hexdigest()
    assert code_of(data, "Rumpelstilz") == "wrong-password"


def test_passwords_of_every_kind_open_it() -> None:
    for password in ("", " ", "a=b=c", "pässwörd", "密码", "x" * 1000):
        issued = device_certificate("A")
        encryption = NoEncryption()
        data = (
            p12(issued, password)
            if password
            else serialize_key_and_certificates(None, issued.key, issued.certificate, None, encryption)
        )
        assert read_file(data, password).subject == "CN=A"


def test_a_file_without_a_key() -> None:
    issued = device_certificate("A")
    data = serialize_key_and_certificates(None, None, issued.certificate, issued.issuers, NoEncryption())
    assert code_of(data, "") == "no-private-key"


def test_a_file_without_a_certificate() -> None:
    data = serialize_key_and_certificates(None, device_certificate("A").key, None, None, NoEncryption())
    assert code_of(data, "") == "entry-without-certificate"


def bags(data: bytes) -> list[core.Asn1Value]:
    """The bags of an unencrypted file."""
    parts = pkcs12.AuthenticatedSafe.load(pkcs12.Pfx.load(data)["auth_safe"]["content"].native)
    return [bag for part in parts for bag in pkcs12.SafeContents.load(part["content"].native)]


def plain(*issued: Issued, with_keys: bool = True) -> list[core.Asn1Value]:
    return [
        bag
        for one in issued
        for bag in bags(
            serialize_key_and_certificates(
                None,
                one.key if with_keys else None,
                one.certificate,
                None,
                NoEncryption(),
            )
        )
    ]


def sealed(*parts: cms.ContentInfo, password: str = PASSWORD) -> bytes:
    """A PKCS #12 file of these parts, with a MAC."""
    safe, salt = pkcs12.AuthenticatedSafe(parts).dump(), os.urandom(8)
    key = pkcs12_derive("sha256", bmp_passwords(password)[0], salt, 1, MAC_KEY, 32)
    digest = {"digest_algorithm": {"algorithm": "sha256"}, "digest": hmac.digest(key, safe, "sha256")}
    file = pkcs12.Pfx(
        {
            "version": "v3",
            "auth_safe": {"content_type": "data", "content": safe},
            "mac_data": {"mac": digest, "mac_salt": salt, "iterations": 1},
        }
    )
    return bytes(file.dump())


def in_the_clear(*contents: core.Asn1Value) -> cms.ContentInfo:
    return cms.ContentInfo({"content_type": "data", "content": pkcs12.SafeContents(contents).dump()})


def encrypted(plain: bytes, iterations: int, claimed: int | None = None) -> cms.ContentInfo:
    """A part under PBES2; ``claimed`` says another number of iterations than was used."""
    salt, iv = os.urandom(8), os.urandom(16)
    key = PBKDF2HMAC(hashes.SHA256(), 32, salt, iterations).derive(PASSWORD.encode())
    padding = 16 - len(plain) % 16
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    ciphertext = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
    algorithm = algos.EncryptionAlgorithm(
        {
            "algorithm": "pbes2",
            "parameters": {
                "key_derivation_func": {
                    "algorithm": "pbkdf2",
                    "parameters": {
                        "salt": core.OctetString(salt),
                        "iteration_count": claimed or iterations,
                        "prf": {"algorithm": "sha256"},
                    },
                },
                "encryption_scheme": {"algorithm": "aes256_cbc", "parameters": iv},
            },
        }
    )
    information = {
        "content_type": "data",
        "content_encryption_algorithm": algorithm,
        "encrypted_content": ciphertext,
    }
    return cms.ContentInfo(
        {"content_type": "encrypted_data", "content": {"version": "v0", "encrypted_content_info": information}}
    )


def test_two_keys_in_one_file() -> None:
    data = sealed(in_the_clear(*plain(device_certificate("A"), device_certificate("B"))))
    assert code_of(data) == "several-keys"


def test_two_certificates_of_one_key() -> None:
    first = device_certificate("A")
    second = device_certificate("A", key=first.key)
    data = sealed(in_the_clear(*plain(first), *plain(second, with_keys=False)))
    assert code_of(data) == "several-certificates"


def test_the_key_of_another() -> None:
    key_alone = serialize_key_and_certificates(None, device_certificate("A").key, None, None, NoEncryption())
    data = sealed(in_the_clear(*bags(key_alone), *plain(device_certificate("B"), with_keys=False)))
    assert code_of(data) == "key-mismatch"


def test_a_changed_byte_is_a_wrong_password_or_damage() -> None:
    data = bytearray(p12("A"))
    data[200] ^= 1
    assert code_of(bytes(data)) in ("wrong-password", "keystore-damaged")


def test_iterations_that_would_take_minutes_are_refused_before_they_begin() -> None:
    safe = pkcs12.SafeContents(plain(device_certificate("A"))).dump()
    assert code_of(sealed(encrypted(safe, 1, claimed=2**31 - 1))) == "kdf-too-costly"


def test_iterations_hidden_inside_an_encrypted_part_are_refused_as_well() -> None:
    """cryptography's own loader would take all of them."""
    inside = encrypted(b"\x30\x00", 1, claimed=2**31 - 1)["content"]["encrypted_content_info"]
    key = {
        "encryption_algorithm": inside["content_encryption_algorithm"],
        "encrypted_data": inside["encrypted_content"].native,
    }
    certificate = plain(device_certificate("A"), with_keys=False)
    hidden = pkcs12.SafeContents([*certificate, {"bag_id": "pkcs8_shrouded_key_bag", "bag_value": key}]).dump()
    assert code_of(sealed(encrypted(hidden, 1))) == "kdf-too-costly"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xfe\xed\xfe\xed\0\0\0\2", "a Java keystore (JKS)"),
        (b"PK\3\4" + bytes(40), "a ZIP archive"),
        (b"nonsense", None),
    ],
    ids=["JKS", "ZIP", "nonsense"],
)
def test_something_else_is_named(data: bytes, said: str | None) -> None:
    with pytest.raises(Refusal, match="not-pkcs12") as refused:
        read_file(data, PASSWORD)
    assert said is None or said in refused.value.message


def test_a_file_that_is_cut() -> None:
    assert code_of(p12("A")[:-300]) in ("file-truncated", "keystore-damaged")


@cache
def sample() -> bytes:
    return p12("A")


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=3), st.integers(0, 50))
@settings(max_examples=300)
def test_a_mutated_file_is_read_or_refused(changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(sample())
    for at, value in changes:
        data[at % len(data)] = value
    (outcome,) = read_all([(bytes(data[: len(data) - cut]), PASSWORD)])
    assert isinstance(outcome, CertificateReading | NotRead)


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=3))
@settings(max_examples=300)
def test_a_mutated_inside_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    """Behind a MAC that fits."""
    inside = bytearray(unsealed())
    for at, value in changes:
        inside[at % len(inside)] = value
    (outcome,) = read_all([(sealed(encrypted(bytes(inside), 1)), PASSWORD)])
    assert isinstance(outcome, CertificateReading | NotRead)


@cache
def unsealed() -> bytes:
    contents: bytes = pkcs12.SafeContents(plain(device_certificate("A"))).dump()
    return contents
