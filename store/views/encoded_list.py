"""A long list as JSON, of which one document is in memory at a time."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


def list_of(documents: Iterable[object]) -> msgspec.Raw:
    """The list of these documents, each encoded as soon as it is made."""
    text, encode_into = bytearray(b"["), msgspec.json.Encoder().encode_into
    for document in documents:
        if len(text) > 1:
            text += b","
        encode_into(document, text, -1)
    text += b"]"
    return msgspec.Raw(memoryview(text))
