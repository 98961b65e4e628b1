"""A TLS handshake with a server that is not trusted, for the certificates that it sends.

The standard library's ``ssl`` speaks it, over memory, so that time and bytes are counted here. Any version that OpenSSL
still has is taken, down to TLS 1.0, with any cipher that authenticates by a certificate. Nothing is verified, and
nothing follows the handshake.
"""

from __future__ import annotations

import ssl
import warnings
from functools import cache
from typing import Any

from msgspec import Struct

from .connection import EndpointConnection

_LEGACY_SERVER_CONNECT = 0x4
"""SSL_OP_LEGACY_SERVER_CONNECT (``ssl.OP_LEGACY_SERVER_CONNECT`` from Python 3.12 on): servers without RFC 5746."""


class Handshake(Struct, frozen=True):
    """The certificates as they were sent (DER, leaf first), and the TLS version, empty if the server broke off."""

    chain: tuple[bytes, ...]
    tls_version: str


class NoTls(Exception):
    """What answers doesn't speak TLS, or closes before it does. Its text is one line."""


class TlsFailed(Exception):
    """A TLS server ended the handshake before it sent a certificate. Its text is one line."""


async def shake_hands(connection: EndpointConnection, server_name: str | None) -> Handshake:
    """Do the handshake; ``server_name`` is for SNI, None for an IP address.

    A server that demands a certificate of its client breaks off, but has sent its own by then: that is what is wanted.
    Raises ``NoTls`` and ``TlsFailed``, and what the connection does.
    """
    received, to_send = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = _context().wrap_bio(received, to_send, server_hostname=server_name)
    heard = connection.received
    while True:
        try:
            tls.do_handshake()
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError as error:
            if chain := served_chain(tls):
                return Handshake(chain, tls.version() or "")
            raise _failure(error) from error
        else:
            await _flush(connection, to_send)
            return Handshake(served_chain(tls), tls.version() or "")
        await _flush(connection, to_send)
        try:
            data = await connection.receive()
        except ConnectionError:
            data = b""
        if data:
            received.write(data)
        elif chain := served_chain(tls):
            return Handshake(chain, tls.version() or "")
        else:
            raise NoTls("it closes the connection" if connection.received > heard else "it closes without an answer")


def served_chain(tls: ssl.SSLObject) -> tuple[bytes, ...]:
    """The certificates that the server sent, in its order (DER); empty before they have come.

    ``get_unverified_chain`` is public from Python 3.13 on. Python 3.10 to 3.12 have it below the surface, and no longer
    change.
    """
    public = getattr(tls, "get_unverified_chain", None)
    if public is not None:
        return tuple(public())
    inner: Any = tls._sslobj  # type: ignore[attr-defined]  # see above
    return tuple(ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in inner.get_unverified_chain() or ())


async def _flush(connection: EndpointConnection, to_send: ssl.MemoryBIO) -> None:
    if data := to_send.read():
        await connection.send(data)


@cache
def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.options |= _LEGACY_SERVER_CONNECT
    context.set_ciphers("ALL:!aNULL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # old versions are what is asked about
        context.minimum_version = ssl.TLSVersion.TLSv1
    return context


_NOT_TLS = (
    "WRONG_VERSION_NUMBER",
    "HTTP_REQUEST",
    "HTTPS_PROXY_REQUEST",
    "PACKET_LENGTH_TOO_LONG",
    "RECORD_LAYER",
    "UNEXPECTED_MESSAGE",
    "BAD_RECORD_TYPE",
    "UNKNOWN_PROTOCOL",
    "RECORD_TOO_SMALL",
)
"""How OpenSSL calls what isn't TLS; the beginnings of its reasons."""


def _failure(error: ssl.SSLError) -> Exception:
    reason = error.reason or "handshake failure"
    if any(reason.startswith(one) for one in _NOT_TLS):
        return NoTls("what answers is not TLS")
    return TlsFailed(f"the TLS handshake failed: {reason.replace('_', ' ').lower()}")
