"""A server certificate that stands in for the listener certificate: from a server CA of the workspace, valid on the
machine's clock, and in no inventory. And a TLS context with a certificate, whatever it is."""

from __future__ import annotations

import base64
import os
import secrets
import ssl
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ...store.authorities.issuing import issue_server_certificate, key_der
from ...store.authorities.validity import Validity
from ...store.certificates.facts import parse_certificate
from ...store.certificates.pbe_writing import encrypted_pkcs8
from ...store.certificates.pkcs8 import leaving
from ...store.errors import Refusal
from ...store.model.authority import AuthorityRole
from ...store.workspace import Workspace
from .handshakes import AlertingContext

LIFETIME = timedelta(days=90)
SKEW = timedelta(minutes=5)
_END = b"-----END CERTIFICATE-----"


class StandIn(NamedTuple):
    """A chain as PEM, the server's certificate first, the root last; the private key (DER), which is kept nowhere; the
    CA group that it comes from, and its end."""

    chain: bytes
    key: bytes
    group: str
    not_after: datetime

    def __repr__(self) -> str:
        return f"StandIn({self.group}, {self.not_after})"


def stand_in(workspace: Workspace, names: Iterable[str], now: datetime) -> StandIn | None:
    """A certificate for these names, valid ``now`` on the machine's clock; None if no server CA is."""
    authorities = workspace.authorities
    for group in reversed(authorities.groups()):
        chain = authorities.chain(group.name, AuthorityRole.SERVER)
        if not all(link.not_valid_before_utc <= now < link.not_valid_after_utc for link in chain):
            continue
        end = min(now + LIFETIME, *(link.not_valid_after_utc for link in chain)).replace(microsecond=0)
        start = max(now - SKEW, *(link.not_valid_before_utc for link in chain)).replace(microsecond=0)
        issuer = authorities.issuer(group.name, AuthorityRole.SERVER)
        made, key = issue_server_certificate(list(map(general_name, names)), issuer, Validity(start, end))
        pem = b"".join(link.public_bytes(Encoding.PEM) for link in (made, *chain))
        return StandIn(pem, key_der(key), group.name, end)
    return None


def general_name(name: str) -> x509.DNSName | x509.IPAddress:
    """A host's name or address, as a certificate has it (RFC 5280, 4.2.1.6)."""
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name.lower())


def new_context() -> ssl.SSLContext:
    """A context for a server without a certificate: TLS 1.2 and later."""
    context = AlertingContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    return context


def context_with(chain: bytes, der: bytes) -> ssl.SSLContext:
    """A context that shows a chain (PEM), whose private key is ``der``. Refuses with ``key-unsupported``.

    The standard library takes certificate and key from a file alone. On Linux it is in memory; anyway the key in it is
    encrypted.
    """
    password = secrets.token_urlsafe(32)
    leaf = parse_certificate(ssl.PEM_cert_to_DER_cert(chain[: chain.index(_END) + len(_END)].decode()))
    encrypted = base64.encodebytes(encrypted_pkcs8(leaving(der, leaf.spki), password))
    pem = chain + b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + encrypted + b"-----END ENCRYPTED PRIVATE KEY-----\n"
    with _as_file(pem) as file:
        try:
            context = new_context()
            context.load_cert_chain(file, password=password)
        except ssl.SSLError as error:
            raise Refusal(
                "key-unsupported",
                f"TLS can't use the private key ({leaf.facts.key_algorithm}) of {leaf.facts.name}",
                "Serve one with an RSA or EC key.",
            ) from error
    return context


@contextmanager
def _as_file(data: bytes) -> Iterator[Path]:
    """The path of a file with this content: one in memory, where the system has them."""
    if sys.platform == "linux":
        number = os.memfd_create("listener")
        try:
            if (file := Path(f"/proc/self/fd/{number}")).exists():
                os.write(number, data)
                yield file
                return
        finally:
            os.close(number)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "listener.pem"
        file.touch(mode=0o600)
        file.write_bytes(data)
        yield file
