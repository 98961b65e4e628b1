"""An endpoint: a TLS server that somebody added, and what it served when it was asked last."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from .certificate import CertificateFacts
from .moment import Moment

Port = Annotated[int, Meta(ge=1, le=65535)]


class StartTls(StrEnum):
    """The protocols that begin in the clear and are asked to go on with TLS."""

    SMTP = "smtp"
    IMAP = "imap"
    LDAP = "ldap"
    POSTGRES = "postgres"


class Failure(StrEnum):
    """Why an address gave no certificate.

    ``REFUSED``: nothing listens on the port. ``TIMED_OUT``: no answer within the time limit. ``NO_TLS``: something
    answers, but not with TLS, or it doesn't offer STARTTLS. ``TLS_FAILED``: a TLS server that ends the handshake before
    it has sent a certificate. ``NO_ADDRESS``: the name resolves to none. ``NO_ROUTE``: this machine has no way to the
    address, such as to IPv6. ``NOT_ALLOWED``: a private address that somebody added over the network.
    """

    REFUSED = "refused"
    TIMED_OUT = "timed-out"
    NO_TLS = "no-tls"
    TLS_FAILED = "tls-failed"
    NO_ADDRESS = "no-address"
    NO_ROUTE = "no-route"
    NOT_ALLOWED = "not-allowed"


class Endpoint(Struct, frozen=True, kw_only=True):
    """A server whose certificate can be asked for.

    ``host`` is a DNS name in its ASCII form, or an IP address without brackets. ``server_name`` is the name for SNI
    (RFC 6066) and for comparing; empty for ``host``. ``need`` and ``name`` are those of the component whose certificate
    it is to serve; ``need`` None if it serves none of them. ``over_network``: somebody added it over REST, so its
    private addresses are not connected to unless the site allows it.
    """

    id: int
    host: str
    port: Port
    server_name: str = ""
    starttls: StartTls | None = None
    need: str | None = None
    name: str = ""
    description: str = ""
    added_at: Moment
    added_by: str
    over_network: bool = False

    @property
    def title(self) -> str:
        """``gateway.example.com:443``; an IPv6 address is in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def wanted_name(self) -> str:
        """The host that its certificate has to name."""
        return self.server_name or self.host


class AddressReading(Struct, frozen=True, kw_only=True):
    """What one address served. ``address`` is an IP address, empty if the name has none.

    ``failure`` and ``said`` (one printable line) say why there is no certificate. ``chain`` has the SHA-256 fingerprint
    of each certificate as sent; ``path`` has those of the leaf and of its issuers among them, by their signatures, leaf
    first. ``publicly_trusted``: the path ends at a root of Mozilla's list, or below one.
    ``tls_version`` is as OpenSSL names it (``TLSv1.3``), the newest that both sides speak.
    """

    address: str
    failure: Failure | None = None
    said: str = ""
    tls_version: str = ""
    chain: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    publicly_trusted: bool = False


class EndpointReading(Struct, frozen=True, kw_only=True):
    """What an endpoint served at its last check; ``id`` is the endpoint's. ``checked_at`` is a time of the workspace's
    clock. ``addresses`` are all addresses of the name, in the order of the addresses."""

    id: int
    checked_at: Moment
    addresses: tuple[AddressReading, ...]


class ServedCertificate(CertificateFacts, frozen=True, kw_only=True):
    """The facts of a certificate that an endpoint sent; its DER is beside it. One record for each fingerprint."""

    id: int
