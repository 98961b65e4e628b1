"""The bodies of a rehearsed script's requests: the same for the same request, and halved."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import msgspec

_BOUNDARY = re.compile(rb"multipart/[^;]+;.*boundary=\"?([^\";,]+)\"?", re.I | re.S)


def digest_of(query: bytes, body: bytes, content_type: bytes = b"") -> str:
    """What stands for query and body. The boundary of multipart/form-data, which a client draws anew each time, makes
    no difference."""
    found = _BOUNDARY.match(content_type.strip())
    if found is not None:
        body = body.replace(found[1], b"")
    return hashlib.sha256(b"%d:%b%b" % (len(query), query, body)).hexdigest()


def halved(body: bytes) -> bytes | None:
    """The JSON body of a call for several records, for the first half of them: a list, or an object with one list. None
    if it isn't one."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    half = _half(value)
    return None if half is None else msgspec.json.encode(half)


def _half(value: Any) -> Any:
    if isinstance(value, list):
        return value[: len(value) // 2] if len(value) > 1 else None
    if isinstance(value, dict):
        lists = [name for name, inner in value.items() if isinstance(inner, list) and len(inner) > 1]
        if len(lists) == 1:
            return {**value, lists[0]: _half(value[lists[0]])}
    return None
