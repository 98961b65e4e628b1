"""The length of a serialised Java object: a JCEKS secret key is one, without a length.

Nothing in it is used or instantiated. It is read only after the keystore's digest was checked with the password.
"""

from __future__ import annotations

import io
import logging
import struct
from typing import Any

from ..certificates.limits import MAX_SECRET_KEY
from ..errors import Refusal
from ..extras import extra

_ERRORS = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, AssertionError,
    RuntimeError, OSError, EOFError, MemoryError, struct.error,
)  # fmt: skip

# javaobj logs every object it can't read; the refusal says it.
logging.getLogger("javaobj").disabled = True


def object_end(data: bytes, start: int) -> int:
    """The position after the object at ``start``. Refuses ``keystore-damaged`` or ``extra-missing``."""
    with extra("legacy", "a secret key in a JCEKS keystore"):
        from javaobj.v1 import unmarshaller
    reader: Any = unmarshaller
    stream = io.BytesIO(data[start : start + MAX_SECRET_KEY])
    try:
        reader.JavaObjectUnmarshaller(stream).readObject(ignore_remaining_data=True)
    except _ERRORS:
        raise Refusal("keystore-damaged", "a secret key in the keystore can't be read") from None
    return start + stream.tell()
