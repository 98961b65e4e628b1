"""Private keys in every form, and what is said when one does not open."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from asn1crypto import core
from asn1crypto import keys as asn1
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, x25519
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from certfleet.store.certificates.facts import parse_certificate
from certfleet.store.certificates.pkcs8 import join_pkcs8
from certfleet.store.certificates.private_keys import load_private_key, matches, to_pkcs8
from certfleet.store.certificates.public_keys import EC, RSA, describe_public_key
from certfleet.store.errors import Refusal
from tests.material import PrivateKey, ec_key, issue, needs_openssl, openssl, rsa_key

KEYS: dict[str, PrivateKey] = {
    "rsa": rsa_key(),
    "ec": ec.generate_private_key(ec.SECP384R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
    "ed448": ed448.Ed448PrivateKey.generate(),
    "dsa": dsa.generate_private_key(1024),
}


def description(key: PrivateKeyTypes) -> tuple[str, int | None]:
    return describe_public_key(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def code_of(data: bytes, password: str | None = None) -> str:
    with pytest.raises(Refusal) as refused:
        load_private_key(data, password)
    return refused.value.code


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_pkcs8(kind: str, encoding: Encoding) -> None:
    key = KEYS[kind]
    plain = key.private_bytes(encoding, PrivateFormat.PKCS8, NoEncryption())
    encrypted = key.private_bytes(encoding, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    assert to_pkcs8(load_private_key(plain)) == to_pkcs8(key)
    assert to_pkcs8(load_private_key(plain, "not needed")) == to_pkcs8(key)
    assert to_pkcs8(load_private_key(encrypted, "secret")) == to_pkcs8(key)
    assert code_of(encrypted) == "key-password-needed"
    assert code_of(encrypted, "wrong") == "wrong-password"
    assert code_of(encrypted, "") == "wrong-password"


@pytest.mark.parametrize("kind", ["rsa", "ec", "dsa"])
def test_pkcs1_and_sec1(kind: str) -> None:
    key = KEYS[kind]
    form = PrivateFormat.TraditionalOpenSSL
    for encoding in (Encoding.PEM, Encoding.DER):
        plain = key.private_bytes(encoding, form, NoEncryption())
        if kind != "dsa" or encoding is Encoding.PEM:
            assert to_pkcs8(load_private_key(plain)) == to_pkcs8(key)
    encrypted = key.private_bytes(Encoding.PEM, form, BestAvailableEncryption(b"secret"))
    assert to_pkcs8(load_private_key(encrypted, "secret")) == to_pkcs8(key)
    assert code_of(encrypted) == "key-password-needed"
    assert code_of(encrypted, "wrong") == "wrong-password"


def test_openssh() -> None:
    plain = KEYS["ed25519"].private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    assert to_pkcs8(load_private_key(plain)) == to_pkcs8(KEYS["ed25519"])


def test_text_around_and_windows_line_ends() -> None:
    pem = to_pem(KEYS["ec"]).replace(b"\n", b"\r\n")
    data = b"\xef\xbb\xbfBag Attributes\r\n    friendlyName: a\r\n" + pem + b"trailing\r\n"
    assert to_pkcs8(load_private_key(data)) == to_pkcs8(KEYS["ec"])


def test_a_certificate_before_the_key() -> None:
    assert to_pkcs8(load_private_key(issue().pem + to_pem(KEYS["ec"]))) == to_pkcs8(KEYS["ec"])


def test_line_ends_after_der() -> None:
    assert to_pkcs8(load_private_key(to_pkcs8(KEYS["ec"]) + b"\r\n")) == to_pkcs8(KEYS["ec"])


@needs_openssl
def test_ec_parameters_before_the_key() -> None:
    data = openssl("ecparam", "-name", "prime256v1", "-genkey")
    assert data.startswith(b"-----BEGIN EC PARAMETERS-----")
    assert description(load_private_key(data)) == ("EC P-256", 256)


@needs_openssl
@pytest.mark.parametrize(
    "options",
    [
        ["-v2", "aes-256-cbc"],
        ["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA512"],
        ["-v2", "des3"],
        ["-scrypt"],
        ["-v1", "PBE-SHA1-3DES"],
        ["-v1", "PBE-SHA1-2DES"],
        ["-v1", "PBE-SHA1-RC2-128"],
        ["-v1", "PBE-SHA1-RC2-40"],
        ["-v1", "PBE-SHA1-RC4-128"],
        ["-v1", "PBE-MD5-DES"],
        ["-v1", "PBE-SHA1-DES"],
        ["-v1", "PBE-MD5-RC2-64"],
        ["-v1", "PBE-SHA1-RC2-64"],
        ["-v2", "des"],
        ["-v2", "rc2"],
        ["-v2", "rc2-40-cbc"],
        ["-v2", "rc2-64-cbc"],
    ],
    ids=lambda options: "-".join(options).strip("-"),
)
def test_every_cipher_of_openssl(options: list[str], tmp_path: Path) -> None:
    providers = ["-provider", "legacy", "-provider", "default"]
    key = KEYS["ec"]
    command = ["pkcs8", "-topk8", "-outform", "DER", *options, *providers, "-passout"]
    encrypted = openssl(*command, "pass:secret", stdin=to_pem(key))
    assert to_pkcs8(load_private_key(encrypted, "secret")) == to_pkcs8(key)
    assert code_of(encrypted, "wrong") == "wrong-password"
    assert code_of(encrypted) == "key-password-needed"


@needs_openssl
@pytest.mark.parametrize("options", [["-v2", "aes-256-cbc"], ["-v1", "PBE-SHA1-3DES"]])
def test_an_empty_password_is_one(options: list[str]) -> None:
    key = KEYS["ec"]
    encrypted = openssl("pkcs8", "-topk8", "-outform", "DER", *options, "-passout", "pass:", stdin=to_pem(key))
    assert to_pkcs8(load_private_key(encrypted, "")) == to_pkcs8(key)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_passwords_that_are_not_ascii(encoding: str) -> None:
    scheme = BestAvailableEncryption("pässwörd".encode(encoding))
    for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL):
        encrypted = KEYS["ec"].private_bytes(Encoding.PEM, form, scheme)
        assert to_pkcs8(load_private_key(encrypted, "pässwörd")) == to_pkcs8(KEYS["ec"])


@needs_openssl
@pytest.mark.parametrize("options", [["-iter", "5000001"], ["-v1", "PBE-SHA1-3DES", "-iter", "5000001"]])
def test_a_costly_derivation_is_refused_before_it_is_run(options: list[str]) -> None:
    cheap = [*options[:-1], "1000"]
    data = openssl("pkcs8", "-topk8", "-outform", "DER", *cheap, "-passout", "pass:x", stdin=to_pem(KEYS["ec"]))
    assert load_private_key(data, "x")
    parsed = asn1.EncryptedPrivateKeyInfo.load(data)
    parameters = parsed["encryption_algorithm"]["parameters"]
    if "key_derivation_func" in parameters:
        parameters["key_derivation_func"]["parameters"]["iteration_count"] = 5_000_001
    else:
        parameters["iterations"] = 5_000_001
    assert code_of(parsed.dump(), "x") == "kdf-too-costly"


@needs_openssl
def test_costly_scrypt() -> None:
    command = ["pkcs8", "-topk8", "-outform", "DER", "-scrypt", "-passout", "pass:x"]
    data = openssl(*command, stdin=to_pem(KEYS["ec"]))
    parameters = bytes.fromhex("02024000020108020101")
    assert data.count(parameters) == 1
    costly = bytes.fromhex("0202400002017f02017f")
    assert code_of(data.replace(parameters, costly), "x") == "kdf-too-costly"


@pytest.mark.parametrize("password", [None, "x"])
def test_an_encrypted_openssh_key_has_a_way_out(password: str | None) -> None:
    def field(value: bytes) -> bytes:
        return len(value).to_bytes(4, "big") + value

    options = field(b"saltsaltsaltsalt") + (10_000_000).to_bytes(4, "big")
    body = b"openssh-key-v1\0" + field(b"aes256-ctr") + field(b"bcrypt") + field(options) + bytes(100)
    with pytest.raises(Refusal) as refused:
        load_private_key(armoured("OPENSSH PRIVATE KEY", body), password)
    assert refused.value.code == "key-unsupported"
    assert "ssh-keygen -p -m PEM -N '' -f COPY" in (refused.value.hint or "")


@needs_openssl
@pytest.mark.parametrize("cipher", ["-camellia256", "-aria256", "-aes256", "-des3"])
def test_traditional_ciphers(cipher: str) -> None:
    data = openssl("ec", cipher, "-passout", "pass:secret", stdin=to_pem(KEYS["ec"]))
    if cipher in ("-aes256", "-des3"):
        assert to_pkcs8(load_private_key(data, "secret")) == to_pkcs8(KEYS["ec"])
    else:
        assert code_of(data, "secret") == code_of(data) == "key-unsupported"


def test_what_is_no_private_key() -> None:
    assert code_of(issue().pem) == "not-a-private-key"
    assert code_of(issue().der) == "not-a-private-key"
    assert code_of(b"hello\n") == "not-a-private-key"
    assert code_of(b"") == "not-a-private-key"
    assert code_of(armoured("PRIVATE KEY", b"\x30\x03\x02\x01\x00")) == "not-a-private-key"
    assert code_of(armoured("PRIVATE KEY", b"")) == "not-a-private-key"


@pytest.mark.parametrize("vector", ["", "00", "zz" * 16, "00" * 8, "00" * 17])
def test_a_damaged_initialization_vector(vector: str) -> None:
    key, form = KEYS["ec"], PrivateFormat.TraditionalOpenSSL
    pem = key.private_bytes(Encoding.PEM, form, BestAvailableEncryption(b"secret")).decode()
    start = pem.index("DEK-Info: AES-256-CBC,") + len("DEK-Info: AES-256-CBC,")
    assert code_of((pem[:start] + vector + pem[start + 32 :]).encode(), "secret") == "not-a-private-key"


@pytest.mark.parametrize("inner", ["", "3000", "3003020100", "30020500", "0400", "040161", "0200"])
@pytest.mark.parametrize("oid", [RSA, EC, "1.3.101.110", "1.3.101.112", "2.16.840.1.101.3.4.3.17"])
def test_a_key_with_something_else_in_it(oid: str, inner: str) -> None:
    algorithm = asn1.PrivateKeyAlgorithm({"algorithm": "rsa"}).dump() if oid == RSA else algorithm_with(oid)
    assert code_of(join_pkcs8(algorithm, bytes.fromhex(inner))) in ("not-a-private-key", "key-unsupported")


def algorithm_with(oid: str) -> bytes:
    named: bytes = core.ObjectIdentifier(oid).dump()
    curve: bytes = core.ObjectIdentifier("1.2.840.10045.3.1.7").dump() if oid == EC else b""
    return bytes((0x30, len(named + curve))) + named + curve


def test_cut_keys() -> None:
    assert code_of(to_pkcs8(KEYS["ec"])[:-1]) == "file-truncated"
    assert code_of(to_pem(KEYS["ec"])[:-20]) == "file-truncated"


def test_a_key_that_no_certificate_can_have() -> None:
    key = x25519.X25519PrivateKey.generate()
    assert code_of(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())) == "key-unsupported"


@pytest.mark.parametrize("kind", KEYS)
def test_a_key_and_its_certificate(kind: str) -> None:
    certificate = parse_certificate(issue(key=KEYS[kind]).der)
    assert matches(KEYS[kind], certificate)
    assert not matches(ec_key(), certificate)
    assert description(KEYS[kind]) == (certificate.facts.key_algorithm, certificate.facts.key_size)


def test_for_the_vault() -> None:
    assert load_der_private_key(to_pkcs8(KEYS["rsa"]), None)


def to_pem(key: PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def armoured(label: str, data: bytes) -> bytes:
    return f"-----BEGIN {label}-----\n{base64.b64encode(data).decode()}\n-----END {label}-----\n".encode()
