"""Writing PKCS #12 files (RFC 7292) whose key leaves as it came, with certificates of any kind.

cryptography's writer is not used: it knows a key only by its numbers, without its algorithm's parameters, and rejects
certificates that are not strict X.509. The ciphers and PBKDF2 are cryptography's.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from ..certificates.asn1 import core, encode, pkcs12
from ..certificates.pbe_writing import ITERATIONS, Encrypted, Random, encrypt_pbes2, encrypt_triple_des
from ..certificates.pkcs12_kdf import MAC_KEY, bmp_passwords, pkcs12_derive

_TRUSTED = {"type": "trusted_key_usage", "values": ["any_extended_key_usage"]}
_SALT = 16


class PasswordDerivation(Struct, frozen=True):
    """How keys are derived from the password, and where salts come from; another than the usual one is for tests."""

    iterations: int = ITERATIONS
    random: Random = os.urandom


USUAL = PasswordDerivation()


class Named(Struct, frozen=True):
    """A certificate (DER) with the name that it gets in the file."""

    name: str
    der: bytes


def write_pkcs12(
    chain: Sequence[Named], key: bytes | None, password: str, *, legacy: bool, derivation: PasswordDerivation = USUAL
) -> bytes:
    """The file of a chain, leaf first, and of the leaf's key (PKCS #8). Without a key the certificates get names of
    their own, and the attribute by which Java sees them as trusted ones.

    ``legacy`` is 3DES and SHA-1, else AES-256 and SHA-256.
    """
    key_id = hashlib.sha1(chain[0].der).digest()
    own = [_name(chain[0].name), {"type": "local_key_id", "values": [key_id]}]
    if key is None:
        bags = [_certificate(one.der, [_name(one.name), _TRUSTED]) for one in chain]
    else:
        bags = [_certificate(one.der, [] if number else own) for number, one in enumerate(chain)]
    contents = [_encrypted(encode(pkcs12.SafeContents, bags), password, legacy, derivation)]
    if key is not None:
        shrouded = _encrypt(key, password, legacy, derivation)
        bag = {
            "bag_id": "pkcs8_shrouded_key_bag",
            "bag_value": {"encryption_algorithm": shrouded.algorithm, "encrypted_data": shrouded.data},
            "bag_attributes": own,
        }
        contents.append({"content_type": "data", "content": encode(pkcs12.SafeContents, [bag])})
    safe = encode(pkcs12.AuthenticatedSafe, contents)
    file = {
        "version": "v3",
        "auth_safe": {"content_type": "data", "content": safe},
        "mac_data": _mac(safe, password, "sha1" if legacy else "sha256", derivation),
    }
    return encode(pkcs12.Pfx, file)


def _name(name: str) -> dict[str, Any]:
    return {"type": "friendly_name", "values": [name]}


def _certificate(der: bytes, attributes: list[Any]) -> dict[str, Any]:
    bag: dict[str, Any] = {
        "bag_id": "cert_bag",
        "bag_value": {"cert_id": "x509", "cert_value": core.ParsableOctetString(der)},  # type: ignore[no-untyped-call]  # asn1crypto has no types
    }
    return {**bag, "bag_attributes": attributes} if attributes else bag


def _encrypted(contents: bytes, password: str, legacy: bool, derivation: PasswordDerivation) -> dict[str, Any]:
    encrypted = _encrypt(contents, password, legacy, derivation)
    information = {
        "content_type": "data",
        "content_encryption_algorithm": encrypted.algorithm,
        "encrypted_content": encrypted.data,
    }
    return {"content_type": "encrypted_data", "content": {"version": "v0", "encrypted_content_info": information}}


def _encrypt(plain: bytes, password: str, legacy: bool, derivation: PasswordDerivation) -> Encrypted:
    encrypt = encrypt_triple_des if legacy else encrypt_pbes2
    return encrypt(plain, password, iterations=derivation.iterations, random=derivation.random)


def _mac(safe: bytes, password: str, mac_hash: str, derivation: PasswordDerivation) -> dict[str, Any]:
    salt, length = derivation.random(_SALT), hashlib.new(mac_hash).digest_size
    key = pkcs12_derive(mac_hash, bmp_passwords(password)[0], salt, derivation.iterations, MAC_KEY, length)
    digest = {"digest_algorithm": {"algorithm": mac_hash}, "digest": hmac.digest(key, safe, mac_hash)}
    return {"mac": digest, "mac_salt": salt, "iterations": derivation.iterations}
