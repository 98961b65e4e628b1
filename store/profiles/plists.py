"""Property lists, XML and binary, from whom nobody knows: never expanded beyond their own size."""

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
"""What plistlib and expat raise on bytes that are no property list."""


class _Metered(io.BytesIO):
    """Gives out no more bytes than it has, the beginning and the end once more for telling the format.

    The objects of a binary property list may claim to lie upon one another: a few kilobytes then become lists of
    billions of elements. In a real one each byte is read once.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._left = len(data) + 64

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self._left -= len(data)
        if self._left < 0:
            raise ValueError("its objects lie upon one another")
        return data


def read_plist(data: bytes) -> dict[str, Any]:
    """The dictionary in ``data``; times in it are UTC without saying so. Refuses ``profile-no-plist``.

    Entity declarations are refused, not expanded (plistlib does that). The values may be nested in one another to
    any depth, and in themselves: look at single ones.
    """
    try:
        plist = plistlib.load(_Metered(data))
    except _ERRORS:
        raise Refusal(
            "profile-no-plist",
            "what is signed in the file is no property list",
            "A profile holds one, as XML or binary. Download it again from the Apple developer portal.",
        ) from None
    if not isinstance(plist, dict):
        raise Refusal("profile-no-plist", "the property list in the profile is no dictionary")
    return plist
