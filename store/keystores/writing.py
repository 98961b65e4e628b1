"""Writing PKCS #12 files (RFC 7292) with certificates that cryptography's strict parser rejects.

The key is encrypted by cryptography. The certificates stand beside it in the clear, as they do wherever they are used,
and the MAC covers everything.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.serialization import KeySerializationEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12PrivateKeyTypes, serialize_key_and_certificates

from ..certificates.asn1 import core, load, pkcs12
from ..certificates.pkcs12_kdf import MAC_KEY, bmp_passwords, pkcs12_derive

_MAC_ITERATIONS = 100_000
_SALT = 16


def write_pkcs12(
    name: str,
    key: PKCS12PrivateKeyTypes | None,
    chain: Sequence[bytes],
    password: str,
    encryption: KeySerializationEncryption,
    mac_hash: str,
) -> bytes:
    """The file of a DER chain, leaf first, and the leaf's key. ``encryption`` holds the same password."""
    key_id = hashlib.sha1(chain[0]).digest()
    own = [{"type": "friendly_name", "values": [name]}, {"type": "local_key_id", "values": [key_id]}]
    bags = [_certificate(der, [] if number else own) for number, der in enumerate(chain)]
    if key is not None:
        shrouded = _shrouded(key, encryption)
        bags.append({"bag_id": "pkcs8_shrouded_key_bag", "bag_value": shrouded, "bag_attributes": own})
    content = {"content_type": "data", "content": pkcs12.SafeContents(bags).dump()}
    safe = pkcs12.AuthenticatedSafe([content]).dump()
    file = {
        "version": "v3",
        "auth_safe": {"content_type": "data", "content": safe},
        "mac_data": _mac(safe, password, mac_hash),
    }
    return bytes(pkcs12.Pfx(file).dump())


def _certificate(der: bytes, attributes: list[Any]) -> dict[str, Any]:
    bag: dict[str, Any] = {
        "bag_id": "cert_bag",
        "bag_value": {"cert_id": "x509", "cert_value": core.ParsableOctetString(der)},  # type: ignore[no-untyped-call]  # asn1crypto has no types
    }
    return {**bag, "bag_attributes": attributes} if attributes else bag


def _shrouded(key: PKCS12PrivateKeyTypes, encryption: KeySerializationEncryption) -> Any:
    """The encrypted key, from a file that cryptography writes with only the key."""
    file = load(pkcs12.Pfx, serialize_key_and_certificates(None, key, None, None, encryption))
    contents = load(pkcs12.AuthenticatedSafe, file["auth_safe"]["content"].native)
    return load(pkcs12.SafeContents, contents[0]["content"].native)[0]["bag_value"].untag()


def _mac(safe: bytes, password: str, mac_hash: str) -> dict[str, Any]:
    salt, length = os.urandom(_SALT), hashlib.new(mac_hash).digest_size
    key = pkcs12_derive(mac_hash, bmp_passwords(password)[0], salt, _MAC_ITERATIONS, MAC_KEY, length)
    digest = {"digest_algorithm": {"algorithm": mac_hash}, "digest": hmac.digest(key, safe, mac_hash)}
    return {"mac": digest, "mac_salt": salt, "iterations": _MAC_ITERATIONS}
