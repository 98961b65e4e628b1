"""A certificate signing request."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from .certificate import UseAs


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
