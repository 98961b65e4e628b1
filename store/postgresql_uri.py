"""Telling an address of PostgreSQL from a path, without reading it."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

_SCHEMES = ("postgresql://", "postgres://")
_SECRET = ("password", "sslpassword")
_HOST = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(:\d*)?")


def is_address(text: str) -> bool:
    """Whether a text names a workspace in PostgreSQL rather than a folder."""
    return text.lower().startswith(_SCHEMES)


def has_password(text: str) -> bool:
    """Whether an address has a password in it. One that can't be read might."""
    try:
        parts = urlsplit(text)
        if parts.password or any(name in _SECRET for name, _ in parse_qsl(parts.query)):
            return True
    except ValueError:
        return "@" in text
    # A password with / ? or # in it looks like a port, and its end like a part of what follows.
    ends_late = ":" in parts.netloc and "@" not in parts.netloc and "@" in parts.path + parts.fragment
    return ends_late or (not are_hosts(parts.netloc) and "@" in parts.path + parts.query + parts.fragment)


def are_hosts(authority: str) -> bool:
    """Whether what stands behind the user's name are hosts, with ports that are numbers."""
    return all(_HOST.fullmatch(one) for one in authority.rpartition("@")[2].split(","))
