"""Bytes in JSON and in key files: Base64 (RFC 4648, section 4)."""

from __future__ import annotations

import base64


def encoded(value: bytes) -> str:
    """Bytes as text."""
    return base64.b64encode(value).decode("ascii")


def decoded(text: str) -> bytes:
    """The bytes of a text. Raises ``ValueError`` if it is something else."""
    return base64.b64decode(text, validate=True)
