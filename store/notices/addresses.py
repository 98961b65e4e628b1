"""Validating mail addresses, hosts and URLs, and converting them to their network form; None if invalid."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from ..certificates.dns_names import ascii_name

# RFC 5321 section 4.1.2, without quoted local parts; RFC 6531 adds all that isn't ASCII.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\U0010ffff]+"
_LOCAL = rf"{_ATOM}(\.{_ATOM})*"
_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = rf"{_LABEL}(\.{_LABEL})*"
_LONGEST_URL = 2000


def mail_address(text: str) -> str | None:
    """``ann@example.com``; an internationalised domain is converted to its DNS form (RFC 5890)."""
    local, at, domain = text.strip().rpartition("@")
    host = host_name(domain)
    if not at or host is None or is_ip(host) or len(local.encode(errors="replace")) > 64:
        return None
    if not local.isprintable() or " " in local or re.fullmatch(_LOCAL, local) is None:
        return None
    return f"{local}@{host}"


def host_name(text: str) -> str | None:
    """A name, or an IPv4 or IPv6 address without brackets."""
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    if is_ip(text):
        return str(ipaddress.ip_address(text))
    try:
        text = ascii_name(text)
    except ValueError:
        return None
    return text if len(text) <= 253 and re.fullmatch(_HOST, text) else None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    return ipaddress.ip_address(host).is_loopback if is_ip(host) else host.lower() == "localhost"


def web_address(text: str) -> str | None:
    """An http or https URL without user and password; the fragment is dropped."""
    text = text.strip()
    if not text.isprintable() or " " in text or len(text) > _LONGEST_URL:
        return None
    try:
        parts = urlsplit(text)
        host, port = host_name(parts.hostname or ""), parts.port
    except ValueError:
        return None
    scheme, path = parts.scheme.lower(), parts.path or "/"
    if scheme not in ("http", "https") or host is None or port == 0 or parts.username is not None:
        return None
    if not (path.isascii() and parts.query.isascii()):
        return None
    where = f"[{host}]" if ":" in host else host
    return f"{scheme}://{where}{f':{port}' if port else ''}{path}{f'?{parts.query}' if parts.query else ''}"


def is_ip(text: str) -> bool:
    """Whether it is an IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
