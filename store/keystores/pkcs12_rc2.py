"""What 40-bit RC2 encrypts in a PKCS #12 file, opened by cryptography's own PKCS #12 loader.

The loader takes whole files only, so each encrypted part is put into a file of its own.
"""

from __future__ import annotations

import hmac
import warnings
from typing import Any

from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates, load_pkcs12
from msgspec import Struct

from ..certificates.asn1 import algos, cms, keys, load, pkcs12
from ..certificates.kdf import password_bytes
from ..certificates.pbe import WrongPassword
from ..certificates.pkcs12_kdf import EMPTY_PASSWORD, MAC_KEY, pkcs12_derive

_SALT = bytes(8)


class OpenedPart(Struct):
    """What the loader found: certificates with their friendly names, and a key where there is one."""

    certificates: list[tuple[bytes, str | None]]
    key: PrivateKeyTypes | None


def open_content(algorithm: bytes, encrypted: bytes, password: str | None) -> OpenedPart:
    """The certificates in encrypted SafeContents. Raises ``WrongPassword``, or ``ValueError`` when damaged."""
    content = cms.ContentInfo(
        {
            "content_type": "encrypted_data",
            "content": {
                "version": "v0",
                "encrypted_content_info": {
                    "content_type": "data",
                    "content_encryption_algorithm": load(algos.EncryptionAlgorithm, algorithm),
                    "encrypted_content": encrypted,
                },
            },
        }
    )
    found = _load(content, password)
    certificates = [found.cert, *found.additional_certs] if found.cert else found.additional_certs
    return OpenedPart(
        [
            (
                item.certificate.public_bytes(Encoding.DER),
                None if item.friendly_name is None else item.friendly_name.decode("utf-8", "replace"),
            )
            for item in certificates
        ],
        found.key,
    )


def open_key_bag(shrouded: bytes, password: str | None) -> bytes:
    """The key of a shrouded key bag, as plain PKCS #8. Raises ``WrongPassword``."""
    encrypted = load(keys.EncryptedPrivateKeyInfo, shrouded)
    bag = pkcs12.SafeBag({"bag_id": "pkcs8_shrouded_key_bag", "bag_value": encrypted})
    content = cms.ContentInfo({"content_type": "data", "content": pkcs12.SafeContents([bag]).dump()})
    try:
        key = _load(content, password).key
    except ValueError:
        raise WrongPassword from None
    if key is None:
        raise WrongPassword
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _load(content: Any, password: str | None) -> PKCS12KeyAndCertificates:
    safe = pkcs12.AuthenticatedSafe([content]).dump()
    file = pkcs12.Pfx({"version": "v3", "auth_safe": {"content_type": "data", "content": safe}})
    attempts: list[tuple[bytes, bytes | None]] = []
    if password:
        attempts += [(file.dump(), form) for form in password_bytes(password)]
    else:
        # No password and an empty one differ; OpenSSL takes the empty one only if a MAC tells it to.
        attempts.append((file.dump(), None))
        file["mac_data"] = _mac_of_empty_password(safe)
        attempts.append((file.dump(), None))
    for data, form in attempts:
        try:
            with warnings.catch_warnings():
                # Serial numbers below one, and the like: the certificates are read anew anyway.
                warnings.simplefilter("ignore")
                return load_pkcs12(data, form)
        except ValueError as error:
            if "password" not in str(error).lower():
                raise
    raise WrongPassword


def _mac_of_empty_password(safe: bytes) -> dict[str, object]:
    key = pkcs12_derive("sha1", EMPTY_PASSWORD, _SALT, 1, MAC_KEY, 20)
    digest = {"digest_algorithm": {"algorithm": "sha1"}, "digest": hmac.digest(key, safe, "sha1")}
    return {"mac": digest, "mac_salt": _SALT, "iterations": 1}
