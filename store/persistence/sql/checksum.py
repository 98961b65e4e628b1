"""The checksum of a stored row: CRC-32 over its table, its id and its document, plus the number of its transaction.

It finds damage, not forgery: whoever can write the file can compute it. A row that is restored from a restore point
keeps its CRC and gets another number, so a kept row that was damaged meanwhile is still found.
"""

from __future__ import annotations

import zlib
from functools import lru_cache

WITH_ID = (
    "CAST('{\"id\":' || id || iif(body = '{}', '', ',') || substr(CAST(body AS BLOB), 2) AS BLOB)"  # of a live row
)
"""SQL for the document of a row with the id in it, as bytes. They are checked before they are read as text."""

CRC = "sum - number"
"""SQL for the CRC of a row."""


class WrongChecksum(Exception):  # the cause of a refusal
    """A row isn't the one that was written."""

    def __init__(self) -> None:
        super().__init__("its checksum is wrong: it was damaged, or changed with another program")


def checksum(table: str, id: int, number: int, text: str | None) -> int:
    """The checksum of a row; ``text`` is its document without the id, None for the marker of a deletion."""
    if text is None or text == "{}":
        return crc_of(table, id, None if text is None else text.encode()) + number
    # As ``crc_of``; it is called for every row that is written.
    return zlib.crc32(text[1:].encode(), zlib.crc32(b'{"id":%d,' % id, seed_of(table))) + number


def crc_of(table: str, id: int, body: bytes | None) -> int:
    """The CRC of a row, from its document without the id; None for the marker of a deletion."""
    if body is None:
        return zlib.crc32(b"%d" % id, seed_of(table))
    start = b'{"id":%d' % id if body == b"{}" else b'{"id":%d,' % id
    return zlib.crc32(memoryview(body)[1:], zlib.crc32(start, seed_of(table)))


@lru_cache(maxsize=256)
def seed_of(table: str) -> int:
    """What the CRC of a table's rows begins with: ``zlib.crc32`` of the document with its id goes on from it."""
    return zlib.crc32(table.encode())


def checksum_in_sql(table: str, id: int, number: int, body: str | bytes | None) -> int:
    """The checksum of a stored row, as a function for statements. The text of a damaged one may be none."""
    data = body.encode() if isinstance(body, str) else body
    return crc_of(table, id, data) + number
