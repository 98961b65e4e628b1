"""What an address of an endpoint served, from when until when: the history of an endpoint."""

from __future__ import annotations

from msgspec import Struct

from .endpoint import Failure
from .moment import Moment


class Sighting(Struct, frozen=True, kw_only=True):
    """A certificate that an address served, or that it gave none (``failure``).

    ``since`` is the check that saw it first; ``until`` the check that saw something else, or that the address is no
    longer one of the name; None while it lasts. An address that doesn't answer may have two that last: the certificate
    that it served when it last answered, and its failure. Of a certificate it has the SHA-256 fingerprint, the name and
    the validity; ``public_key_sha256`` is that of its SubjectPublicKeyInfo.
    """

    id: int
    endpoint_id: int
    address: str
    since: Moment
    until: Moment | None = None
    failure: Failure | None = None
    fingerprint_sha256: str = ""
    public_key_sha256: str = ""
    name: str = ""
    not_before: Moment | None = None
    not_after: Moment | None = None
