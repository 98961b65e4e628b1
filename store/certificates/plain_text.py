"""Small text files as people's editors and shells write them: passwords, credentials, identities."""

from __future__ import annotations

_BEGINS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def decode_text(data: bytes) -> str | None:
    """The text: UTF-8, UTF-16 (PowerShell, Notepad; without its byte order mark if it is mostly ASCII), or else
    Windows-1252. None for what is none of them, or holds a zero."""
    for mark, encoding in _BEGINS:
        if data.startswith(mark):
            return _decoded(data.removeprefix(mark), encoding)
    if data.count(0) * 4 > len(data) > 1:  # half of the octets, but for a few letters
        return _decoded(data, "utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be")
    return _decoded(data, "utf-8") or _decoded(data, "cp1252")


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text
