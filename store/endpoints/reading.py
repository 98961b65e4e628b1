"""Reading one endpoint: every address of its name is connected to, and what it serves is looked at."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from ..certificates.chains import chain_for
from ..certificates.facts import ParsedCertificate, parse_certificate
from ..certificates.public_roots import is_publicly_trusted
from ..certificates.text import shortened
from ..errors import Refusal
from ..inventory.host_names import read_host
from ..model.endpoint import AddressReading, Endpoint, Failure
from .addresses import addresses_of, may_connect
from .connection import EndpointConnection, TooMuch
from .handshake import Handshake, NoTls, TlsFailed, shake_hands
from .starttls import NoStartTls, start_tls

TIME_LIMIT = 10.0
"""Seconds for the whole of an address: connecting, STARTTLS and the handshake."""

LONGEST_CHAIN = 32
_NO_ROUTE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.ENETDOWN)


class ServedFiles(Struct, frozen=True):
    """What an endpoint served: a reading for each address, and the certificates (by fingerprint) that these name."""

    addresses: tuple[AddressReading, ...]
    certificates: Mapping[str, ParsedCertificate]


async def read_endpoint(
    endpoint: Endpoint, *, private_allowed: bool = False, time_limit: float = TIME_LIMIT
) -> ServedFiles:
    """Ask every address of an endpoint what it serves, all at once. ``private_allowed`` is the site's setting.

    Whatever the network does is in the reading: nothing is raised for it. It takes at most twice the ``time_limit``
    (seconds): for the name, and for the addresses.
    """
    try:
        async with asyncio.timeout(time_limit):
            addresses = await addresses_of(endpoint.host, endpoint.port)
    except TimeoutError:
        return _unreached(Failure.NO_ADDRESS, f"the name was not resolved within {time_limit:g} s")
    except OSError as error:
        return _unreached(Failure.NO_ADDRESS, f"the name has no address: {_words(error)}")
    read = await asyncio.gather(*(_read(endpoint, one, private_allowed, time_limit) for one in addresses))
    return ServedFiles(
        tuple(reading for reading, _ in read),
        {one.facts.fingerprint_sha256: one for _, certificates in read for one in certificates},
    )


def _unreached(failure: Failure, said: str) -> ServedFiles:
    return ServedFiles((AddressReading(address="", failure=failure, said=said),), {})


async def _read(
    endpoint: Endpoint, address: str, private_allowed: bool, time_limit: float
) -> tuple[AddressReading, tuple[ParsedCertificate, ...]]:
    if not may_connect(address, over_network=endpoint.over_network, private_allowed=private_allowed):
        said = "a private address, of an endpoint that was added over the network"
        return AddressReading(address=address, failure=Failure.NOT_ALLOWED, said=said), ()
    failure, said, connected = Failure.TIMED_OUT, "", False
    try:
        async with asyncio.timeout(time_limit), EndpointConnection(address, endpoint.port) as connection:
            connected = True
            if endpoint.starttls is not None:
                await start_tls(connection, endpoint.starttls)
            return _served(address, await shake_hands(connection, _sni(endpoint)))
    except TimeoutError:
        what = "it accepts the connection, but the handshake does not end" if connected else "no answer"
        said = f"{what} within {time_limit:g} s"
    except ConnectionRefusedError:
        failure, said = Failure.REFUSED, f"nothing listens on port {endpoint.port}"
    except (NoTls, NoStartTls) as error:
        failure, said = Failure.NO_TLS, str(error)
    except TooMuch:
        failure, said = Failure.NO_TLS, "it sends more than any TLS handshake has"
    except (TlsFailed, Refusal) as error:
        failure, said = Failure.TLS_FAILED, str(error)
    except ConnectionError:
        failure = Failure.NO_TLS if connected else Failure.REFUSED
        said = "it closes the connection"
    except OSError as error:
        failure = Failure.NO_ROUTE if error.errno in _NO_ROUTE else Failure.TIMED_OUT
        said = _words(error)
    return AddressReading(address=address, failure=failure, said=shortened(said, 200)), ()


def _sni(endpoint: Endpoint) -> str | None:
    """The name for SNI; an IP address is none (RFC 6066 section 3)."""
    return endpoint.wanted_name if read_host(endpoint.wanted_name).startswith("DNS:") else None


def _served(address: str, found: Handshake) -> tuple[AddressReading, tuple[ParsedCertificate, ...]]:
    chain, path, publicly_trusted = _looked_at(found.chain[:LONGEST_CHAIN])
    reading = AddressReading(
        address=address,
        tls_version=found.tls_version,
        chain=tuple(one.facts.fingerprint_sha256 for one in chain),
        path=tuple(one.facts.fingerprint_sha256 for one in path),
        publicly_trusted=publicly_trusted,
    )
    return reading, chain


@lru_cache(maxsize=64)  # the addresses of a name serve the same, and many names share a certificate
def _looked_at(chain: tuple[bytes, ...]) -> tuple[tuple[ParsedCertificate, ...], tuple[ParsedCertificate, ...], bool]:
    """The certificates as sent, the leaf's path among them, and whether that ends at a public root, or below one.

    Refuses as ``parse_certificate`` does if the leaf can't be read; others that can't are left out.
    """
    if not chain:
        raise TlsFailed("the server sends no certificate")
    certificates = [parse_certificate(chain[0])]
    for der in chain[1:]:
        try:
            certificates.append(parse_certificate(der))
        except Refusal:
            continue
    path = chain_for(certificates[0], certificates)
    return tuple(certificates), path, is_publicly_trusted(path[-1])


def _words(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return str(error.args[-1]).lower()
    return (error.strerror or str(error)).lower()
