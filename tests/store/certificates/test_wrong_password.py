"""A wrong password that decrypts to something well-formed: once in 256 times, and so always tried here.

The files are fixed, and so are the passwords: each of them opened its file, before what came out was looked at.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode

import pytest
from asn1crypto import core
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, modes

from certfleet.store.certificates.private_keys import load_private_key, to_pkcs8
from certfleet.store.certificates.wrong_password import begins_as_bags, begins_as_key
from certfleet.store.errors import Refusal
from certfleet.store.keystores.reading import read_keystore
from tests.material import jks_store, make_ca

KEY = ec.derive_private_key(0x1234567890ABCDEF1234567890ABCDEF1234567890ABCDEF1234567890ABCDEF, ec.SECP256R1())

# PKCS #8 of that key under "right", by `openssl pkcs8 -topk8 -iter 1`.
RC4_40 = b64decode(
    "MIGqMBsGCiqGSIb3DQEMAQIwDQQIRQ1ZOnC3uAoCAQEEgYoHoOYRBUpaFZ6nUZPEuPnouD/b+S02N+ii6kBPh2bEcFy9YG/+2/AL8HXlAFe2Xew6"
    "hj6tMEpuyQ1f2g1Ea8EzCS2UJIT/8NzoRk8mCtfRzNjtbgUCN2tbIyKpj86dCxS0YvVFSpsy8Mio+LpfZA0+AkTnZ3298oMfeKVGil9rpvGY+7Nl"
    "YAMKadY="
)
AES_128 = b64decode(
    "MIHrMFYGCSqGSIb3DQEFDTBJMCgGCSqGSIb3DQEFDDAbBAjcsLg6KaVLrAIBATAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBAgQQV5dRQIf7kpoB"
    "MVMejb5yeASBkPh9SfRI05dR363BOphRzvRiacCAlrkDu+CX2egQ4jBB8YuXwprkBHzEu0+SJt/YlX7mSR43acTSQ81WBzDNgGJm7IltHjVyhLqb"
    "eCRPCwQVLux43IKyO0Y0neyNpRFNT5+yH1VxUbwLht7WB3H62WRUjJkrbVwHvVxzfwXIUS40CDcN8of0U6fiWs7QwifGVg=="
)
TRIPLE_DES = b64decode(
    "MIGwMBsGCiqGSIb3DQEMAQMwDQQIu2ViAbSUlesCAQEEgZC1S1PSixXAmb8ekmvqB88ibTUbH+017fvOQAzdmw/ltBvxfn8q7nZF6KWKPNszbimJ"
    "ZLxH06QiPfoFAFVUVXKLhdjXd0uRXUraMfqv9vqHLqCM+cMh6lanxHatUsNKHXnuzyqVIZwy1k+tECmzcvkMqCkT3vIoy7wNWrugOHY0pQwnfqjC"
    "vwMY4Om5Q5HAY28="
)
TRADITIONAL = b"""-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-256-CBC,9732D4006EC0DA308D761A8DA3AC2875

rhy4K08xzKvNgdlGvGs+MU96yV7XDZOSgMzB1UUF3g45iE6zreddE3dAYaYJsIxK
SnzrsZ/5EITjsjUW52lTSSCw1hkiN6R59TihliKqEP0Dao0j4AIpa0JNkxKMuMt4
lMAFATmVOkmVB8Z7nCFu0WOeNQV24V1puLPRBKxSJrY=
-----END EC PRIVATE KEY-----
"""


def sequence(*elements: bytes) -> bytes:
    body = b"".join(elements)
    return (b"\x30" if len(body) < 128 else b"\x30\x81") + bytes((len(body),)) + body


def jceks_store(password: str) -> bytes:
    """A JCEKS keystore under "x" whose key is under ``password``: PBEWithMD5AndTripleDES, salt and all fixed."""
    salt = b"saltSALT"
    derived = b"".join(hashlib.md5(half + password.encode()).digest() for half in (salt[:4], salt[4:]))
    padder = padding.PKCS7(64).padder()
    encryptor = Cipher(TripleDES(derived[:24]), modes.CBC(derived[24:])).encryptor()
    encrypted = encryptor.update(padder.update(to_pkcs8(KEY)) + padder.finalize()) + encryptor.finalize()
    parameters = sequence(core.OctetString(salt).dump(), core.Integer(1).dump())
    algorithm = sequence(core.ObjectIdentifier("1.3.6.1.4.1.42.2.19.1").dump(), parameters)
    protected = sequence(algorithm, core.OctetString(encrypted).dump())
    der = make_ca("A").der
    certificate = b"\0\5X.509" + len(der).to_bytes(4, "big") + der
    entry = b"\0\0\0\1\0\1a" + bytes(8) + len(protected).to_bytes(4, "big") + protected + b"\0\0\0\1" + certificate
    return jks_store(2, 1, entry, magic=b"\xce\xce\xce\xce")


def code_of(data: bytes, password: str) -> str:
    with pytest.raises(Refusal) as refused:
        load_private_key(data, password)
    return refused.value.code


@pytest.mark.parametrize(
    ("data", "passwords"),
    [
        (RC4_40, ["wrong-835", "wrong-970", "wrong-1411"]),
        (AES_128, ["wrong-19252"]),
        (TRIPLE_DES, ["wrong-6870"]),
        (TRADITIONAL, ["wrong-166", "wrong-377", "wrong-1007"]),
    ],
    ids=["PKCS #8, RC4", "PKCS #8, AES-128", "PKCS #8, 3DES", "PEM of OpenSSL's own"],
)
def test_a_key_file(data: bytes, passwords: list[str]) -> None:
    assert to_pkcs8(load_private_key(data, "right")) == to_pkcs8(KEY)
    assert {code_of(data, password) for password in passwords} == {"wrong-password"}


def test_a_key_in_a_jceks_keystore() -> None:
    data = jceks_store("right")
    assert to_pkcs8(read_keystore(data, password="x", key_password="right").entries[0].load_private_key())
    codes = set()
    for number in range(1500):  # six of them give padding that looks right
        entry = read_keystore(data, password="x", key_password=f"wrong-{number}").entries[0]
        with pytest.raises(Refusal) as refused:
            entry.load_private_key()
        codes.add(refused.value.code)
    assert codes == {"wrong-password"}


@pytest.mark.parametrize("form", ["3003020100", "300302010130", "308002010000", "3081030201000000"])
def test_what_begins_as_a_key(form: str) -> None:
    assert begins_as_key(bytes.fromhex(form).ljust(8, b"\0"))


@pytest.mark.parametrize("form", ["", "30", "3000", "3003020102", "3003040100", "3103020100", "30ff020100"])
def test_what_does_not(form: str) -> None:
    assert not begins_as_key(bytes.fromhex(form))


def test_what_begins_as_bags() -> None:
    assert begins_as_bags(bytes.fromhex("3000"))
    assert begins_as_bags(bytes.fromhex("30800000"))
    assert begins_as_bags(bytes.fromhex("3005300306012a"))
    for form in ("", "30", "3003020100", "30053003020100", "31053003060100"):
        assert not begins_as_bags(bytes.fromhex(form))
