"""A certificate signing request."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from .certificate import UseAs


class KeySpec(StrEnum):
    """The kinds of keys for a request."""

    RSA_2048 = "rsa-2048"
    RSA_3072 = "rsa-3072"
    RSA_4096 = "rsa-4096"
    EC_P256 = "ec-p256"
    EC_P384 = "ec-p384"
    EC_P521 = "ec-p521"
    ED25519 = "ed25519"


class SigningRequest(Struct, frozen=True, kw_only=True):
    """A PKCS #10 request (RFC 2986) over a key in the vault.

    ``completed_by`` is the id of the certificate that answered it; None while it is open.
    """

    id: int
    subject: str
    sans: tuple[str, ...] = ()
    key_algorithm: str
    key_size: int | None
    public_key_sha256: str
    use_as: UseAs
    description: str = ""
    created_at: datetime
    created_by: str
    completed_by: int | None = None
