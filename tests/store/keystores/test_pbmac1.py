"""PKCS #12 files whose integrity PBMAC1 protects (RFC 9579), as OpenSSL writes them since release 3.4."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from certfleet.store.certificates.asn1 import core
from certfleet.store.errors import Refusal
from certfleet.store.keystores.reading import read_keystore
from tests.material import issue

PASSWORD = "Schlüssel 🦊"  # PBMAC1 takes it in UTF-8
PBMAC1, PBKDF2 = "1.2.840.113549.1.5.14", "1.2.840.113549.1.5.12"
HMAC = {"sha256": "1.2.840.113549.2.9", "sha384": "1.2.840.113549.2.10", "sha512": "1.2.840.113549.2.11"}


class Pfx(core.Sequence):
    """A whole file, of which only the content is read."""

    _fields = [("version", core.Integer), ("safe", core.Any), ("mac", core.Any)]  # noqa: RUF012 - as asn1crypto asks


class SafeContent(core.Sequence):
    """The content: what the MAC is over."""

    _fields = [("type", core.ObjectIdentifier), ("data", core.OctetString, {"explicit": 0})]  # noqa: RUF012 - the same


def sequence(*parts: bytes) -> bytes:
    return bytes(core.Sequence(contents=b"".join(parts)).dump())


def algorithm(oid: str, parameters: bytes) -> bytes:
    return sequence(core.ObjectIdentifier(oid).dump(), parameters)


def with_pbmac1(data: bytes, mac: str, prf: str, said: int = 2048, length: int = 32) -> bytes:
    """A file with its MAC replaced. ``said`` are the iterations that it names; there are 2048."""
    file = Pfx.load(data)
    safe = SafeContent.load(file["safe"].dump())["data"].native
    salt = b"eight ok"
    key = hashlib.pbkdf2_hmac(prf, PASSWORD.encode(), salt, 2048, length)
    derived = sequence(
        core.OctetString(salt).dump(),
        core.Integer(said).dump(),
        core.Integer(length).dump(),
        algorithm(HMAC[prf], core.Null().dump()),
    )
    parameters = sequence(algorithm(PBKDF2, derived), algorithm(HMAC[mac], core.Null().dump()))
    digest = sequence(algorithm(PBMAC1, parameters), core.OctetString(hmac.digest(key, safe, mac)).dump())
    unused = core.OctetString(b"NOT USED").dump(), core.Integer(1).dump()
    return sequence(file["version"].dump(), file["safe"].dump(), sequence(digest, *unused))


@pytest.fixture(scope="module")
def plain() -> bytes:
    issued = issue("pbmac1.example.com")
    encryption = BestAvailableEncryption(PASSWORD.encode())
    return pkcs12.serialize_key_and_certificates(b"one", issued.key, issued.certificate, None, encryption)


@pytest.mark.parametrize(
    ("mac", "prf", "length"),
    [("sha256", "sha256", 32), ("sha256", "sha512", 32), ("sha512", "sha512", 64), ("sha384", "sha256", 20)],
)
def test_it_is_read(plain: bytes, mac: str, prf: str, length: int) -> None:
    keystore = read_keystore(with_pbmac1(plain, mac, prf, length=length), password=PASSWORD)
    assert [(entry.subject, entry.kind) for entry in keystore.entries] == [("CN=pbmac1.example.com", "private key")]
    assert keystore.entries[0].private_key is not None


def test_another_password_and_a_changed_file_are_told(plain: bytes) -> None:
    data = with_pbmac1(plain, "sha256", "sha256")
    changed = data.replace(b"eight ok", b"eight no")
    for file, password in ((data, "Schluessel"), (changed, PASSWORD)):
        with pytest.raises(Refusal) as refused:
            read_keystore(file, password=password)
        assert refused.value.code == "wrong-password"


def test_iterations_without_end_are_refused_before_they_are_done(plain: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        read_keystore(with_pbmac1(plain, "sha256", "sha256", said=2**31 - 1), password=PASSWORD)
    assert refused.value.code == "kdf-too-costly"
