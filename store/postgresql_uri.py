"""Telling an address of PostgreSQL from a path, without reading it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

_SCHEMES = ("postgresql://", "postgres://")
_SECRET = ("password", "sslpassword")


def is_address(text: str) -> bool:
    """Whether a text names a workspace in PostgreSQL rather than a folder."""
    return text.lower().startswith(_SCHEMES)


def has_password(text: str) -> bool:
    """Whether an address has a password in it. One that can't be read might."""
    try:
        parts = urlsplit(text)
        return bool(parts.password) or any(name in _SECRET for name, _ in parse_qsl(parts.query))
    except ValueError:
        return "@" in text
