"""Reading ``HOST[:PORT]``, and the usual ports."""

from __future__ import annotations

import re

from ..errors import Refusal
from ..inventory.host_names import read_host
from ..model.endpoint import StartTls

HTTPS = 443
_URL = "https://"
_PORTS = {StartTls.SMTP: 25, StartTls.IMAP: 143, StartTls.LDAP: 389, StartTls.POSTGRES: 5432}


def usual_port(starttls: StartTls | None) -> int:
    """The port of a protocol: 443 without STARTTLS."""
    return HTTPS if starttls is None else _PORTS[starttls]


def read_host_port(text: str, starttls: StartTls | None = None) -> tuple[str, int]:
    """``gateway.example.com``, ``gateway.example.com:8443``, ``192.0.2.1:443``, ``[2001:db8::1]:443`` or
    ``2001:db8::1``: the host as ``Endpoint`` has it, and the port, by default the protocol's. Of an https URL, as
    browsers show it, host and port are taken.

    Refuses with ``host-invalid`` or ``port-invalid``.
    """
    text = text.strip()
    if text[: len(_URL)].lower() == _URL:
        text = re.split(r"[/?#]", text[len(_URL) :], maxsplit=1)[0]
    elif "://" in text:
        scheme = text.partition("://")[0]
        raise Refusal("host-invalid", f"{scheme}:// is no TLS, which endpoints are asked over", "Write HOST:PORT.")
    host, port = text, ""
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        if rest and not rest.startswith(":"):
            raise _invalid_port(rest)
        port = rest[1:]
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
        if not port:
            raise _invalid_port(port)
    name = read_host(host).partition(":")[2]
    return name, usual_port(starttls) if not port else _port(port)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) <= 65535):
        raise _invalid_port(text)
    return int(text)


def _invalid_port(text: str) -> Refusal:
    return Refusal("port-invalid", f"{text!r} is not a port", "Write HOST:PORT, with a port from 1 to 65535.")
