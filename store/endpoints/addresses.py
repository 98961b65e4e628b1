"""The addresses of a host, and the rule which of them may be connected to."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading

MOST_ADDRESSES = 16
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def may_connect(address: str, *, over_network: bool, private_allowed: bool) -> bool:
    """Whether an endpoint's address may be connected to.

    What somebody added at this machine may be. What came over the network may be if the address is a public one, or if
    the site allows private ones: a token of the REST server must be no way into the network. Loopback, link-local,
    multicast and reserved addresses count as private, whatever form they are written in (RFC 6890, RFC 4291 section
    2.5.5.2, RFC 6052).
    """
    return not over_network or private_allowed or _is_public(ipaddress.ip_address(address.partition("%")[0]))


def _is_public(address: IpAddress) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour
        if inside is None and address in _NAT64:
            inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inside is not None:
            return _is_public(inside)
    return address.is_global and not address.is_multicast


async def addresses_of(host: str, port: int) -> list[str]:
    """Every address of a host, IPv4 and IPv6, sorted, at most ``MOST_ADDRESSES``. Raises ``OSError`` if it has none.

    Looking up a name can't be broken off, so it has a thread of its own, for which nobody waits when the time is up.
    """
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def settle(found: list[str] | OSError) -> None:
        if answer.done():
            return
        if isinstance(found, OSError):
            answer.set_exception(found)
        else:
            answer.set_result(found)

    def look_up() -> None:
        found: list[str] | OSError
        try:
            found = _look_up(host, port)
        except OSError as error:
            found = error
        except UnicodeError:
            found = OSError("the name can't be looked up")
        if not loop.is_closed():
            try:
                loop.call_soon_threadsafe(settle, found)
            except RuntimeError:  # the loop was closed meanwhile: nobody waits any more
                return

    threading.Thread(target=look_up, name=f"look up {host}", daemon=True).start()
    return await answer


def _look_up(host: str, port: int) -> list[str]:
    found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    return sorted(found, key=_order)[:MOST_ADDRESSES]


def _order(address: str) -> tuple[int, int]:
    known = ipaddress.ip_address(address.partition("%")[0])
    return known.version, int(known)
