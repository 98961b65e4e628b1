"""The header ``Host``: which requests RFC 9112 section 3.2 has refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import AddressValueError, IPv6Address

# RFC 3986 section 3.2.2: a registered name or an IPv4 address, or an address in brackets; then a port.
_HOST = re.compile(rb"(?:(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+|\[(?P<address>[^\]]+)\])(?::\d*)?", re.ASCII)
_FUTURE = re.compile(rb"v[0-9a-f]+\.[\w.~!$&'()*+,;=:-]+", re.ASCII | re.IGNORECASE)
_OLDER = ("0.9", "1.0")  # versions of HTTP without the header


def host_problem(version: str, headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """What is wrong with the header ``Host`` of a request; None if nothing is. ``version`` is that of HTTP, such as
    ``1.1``; names of ``headers`` are in lower case."""
    hosts = [value.strip(b" \t") for name, value in headers if name == b"host"]
    if len(hosts) > 1:
        return "the request has more than one Host header"
    if not hosts:
        return None if version in _OLDER else "the request has no Host header"
    return None if _is_host(hosts[0]) else "the request's Host header names no host"


def _is_host(value: bytes) -> bool:
    found = _HOST.fullmatch(value)
    if found is None:
        return False
    address = found["address"]
    if address is None or _FUTURE.fullmatch(address):
        return True
    try:
        return IPv6Address(address.decode("ascii", "replace")).scope_id is None
    except AddressValueError:
        return False
