"""The verdict on what an endpoint serves."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from .endpoint import AddressReading, Endpoint, EndpointReading, ServedCertificate
from .moment import Moment


class EndpointState(StrEnum):
    """What an endpoint serves, the best first.

    ``SERVED``: the certificate that is bound to its need. ``UNREACHABLE``: none. ``OTHER``: a certificate of the
    inventory that isn't bound to it. ``OLDER``: a certificate that has been replaced. ``UNKNOWN``: a certificate that
    the inventory doesn't have.
    """

    SERVED = "served"
    UNREACHABLE = "unreachable"
    OTHER = "other"
    OLDER = "older"
    UNKNOWN = "unknown"


class NoteCode(StrEnum):
    """What else there is to say of it. An unreachable address has one of ``Failure`` as well."""

    SSL_ERROR_61 = "ssl-error-61"
    CHAIN_INCOMPLETE = "chain-incomplete"
    WRONG_ORDER = "wrong-order"
    NEEDLESS_ROOT = "needless-root"
    NEEDLESS_CERTIFICATE = "needless-certificate"
    NAME_NOT_COVERED = "name-not-covered"
    EXPIRED = "expired"
    EXPIRES_SOON = "expires-soon"
    NOT_YET_VALID = "not-yet-valid"
    WEAKER = "weaker"
    OLD_TLS = "old-tls"
    SAME_KEY = "same-key"
    REPLACED = "replaced"
    BOUND_ELSEWHERE = "bound-elsewhere"
    NOTHING_BOUND = "nothing-bound"
    DIFFERS = "differs-between-addresses"


class EndpointNote(Struct, frozen=True):
    """A note: ``code`` is a ``NoteCode`` or a ``Failure``; ``message`` a sentence without a full stop; ``addresses``
    those that it is about."""

    code: str
    message: str
    addresses: tuple[str, ...] = ()


class AddressVerdict(Struct, frozen=True, kw_only=True):
    """The verdict on one address. ``certificate_id`` is the inventory's entry of what it serves. ``chain`` has the
    certificates as they were sent, ``chain_ids`` the entry of each, None for those that the inventory doesn't have."""

    reading: AddressReading
    verdict: EndpointState
    notes: tuple[EndpointNote, ...] = ()
    certificate_id: int | None = None
    not_after: Moment | None = None
    chain: tuple[ServedCertificate, ...] = ()
    chain_ids: tuple[int | None, ...] = ()

    @property
    def fingerprint(self) -> str | None:
        """The SHA-256 of the certificate that it serves."""
        return self.reading.chain[0] if self.reading.chain else None


class EndpointVerdict(Struct, frozen=True, kw_only=True):
    """The verdict on an endpoint: the worst of its addresses. ``reading`` None: it was never checked, and ``verdict``
    is None too. ``certificate_id``, ``fingerprint`` and ``not_after`` are those of the worst address; ``notes`` has
    each note once, with its addresses."""

    endpoint: Endpoint
    reading: EndpointReading | None = None
    verdict: EndpointState | None = None
    notes: tuple[EndpointNote, ...] = ()
    addresses: tuple[AddressVerdict, ...] = ()
    certificate_id: int | None = None
    fingerprint: str | None = None
    not_after: Moment | None = None
