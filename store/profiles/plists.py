"""Untrusted property lists, XML and binary, which must never expand beyond their own size."""

from __future__ import annotations

import io
import plistlib
import struct
from typing import Any
from xml.parsers.expat import ExpatError

from ..errors import Refusal

_ERRORS = (
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RecursionError,
    MemoryError,
    struct.error,
    ExpatError,
)
"""The errors of plistlib and expat on invalid input."""


class _Metered(io.BytesIO):
    """Returns no more bytes than it has, plus the beginning and end once more for format detection.

    The objects of a malicious binary property list may overlap: a few kilobytes then become lists of billions of
    elements. In a genuine one each byte is read once.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._left = len(data) + 64

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self._left -= len(data)
        if self._left < 0:
            raise ValueError("its objects overlap")
        return data


def read_plist(data: bytes) -> dict[str, Any]:
    """The dictionary in ``data``; its times are UTC without a time zone. Refuses ``profile-no-plist``.

    Entity declarations are refused, not expanded (plistlib does that). Values may be nested to any depth, even
    recursively: read single ones only.
    """
    try:
        plist = plistlib.load(_Metered(data))
    except _ERRORS:
        raise Refusal(
            "profile-no-plist",
            "what is signed in the file is not a property list",
            "A profile holds one, as XML or binary. Download it again from the Apple developer portal.",
        ) from None
    if not isinstance(plist, dict):
        raise Refusal("profile-no-plist", "the property list in the profile is not a dictionary")
    return plist
