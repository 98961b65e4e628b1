"""Sockets that listen, and the addresses that they have."""

from __future__ import annotations

import errno
import socket

from .errors import Refusal


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; refuses with ``address-in-use`` or ``address-unusable``."""
    name = host.strip("[]")
    try:
        (family, kind, protocol, _, address), *_ = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        sock = socket.socket(family, kind, protocol)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(2048)
    except (OverflowError, UnicodeError) as error:
        raise Refusal("address-unusable", f"{host}:{port} can't be used: it is no address") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Refusal("address-in-use", f"{host}:{port} is in use", "Name another --port.") from error
        raise Refusal("address-unusable", f"{host}:{port} can't be used: {error.strerror or error}") from error
    return sock


def shown(sock: socket.socket) -> str:
    """The address that a socket listens on, as in a URL."""
    host, port = sock.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
