"""PEM (RFC 7468) as people bring it: text around, any line ends, UTF-16 from an editor, keys in between."""

from __future__ import annotations

import base64
import binascii
import re

from msgspec import Struct

from ..errors import Refusal

_BEGIN = re.compile(r"-----BEGIN ([A-Z0-9][A-Z0-9 #.]{0,60})-----")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=]")
_BARE_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+=?\s*=?\s*")


class PemBlock(Struct, frozen=True):
    """One block: its label, its place in the file from 1, the bytes in it (None where they are not base64),
    its text, and whether headers say that it is encrypted (RFC 1421).
    """

    label: str
    number: int
    der: bytes | None
    text: str
    encrypted: bool


_CONTROL = bytes(octet for octet in range(32) if not 9 <= octet <= 13)


def as_text(data: bytes) -> str | None:
    """The text in ``data``, UTF-8, UTF-16 or any 8-bit encoding; None for bytes that are no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8", "replace")
    start = data[:512]
    if start[1:2] == b"\0" and start[1::2].count(0) >= len(start[1::2]) * 0.9:
        return data.decode("utf-16-le", "replace")
    if start[:1] == b"\0" and start[::2].count(0) >= len(start[::2]) * 0.9 and start[1:2] not in (b"\0", b""):
        return data.decode("utf-16-be", "replace")
    if b"\0" in data or len(start) - len(start.translate(None, _CONTROL)) > len(start) // 20:
        return None
    return data.decode("latin-1")


def find_blocks(text: str, name: str = "the file") -> list[PemBlock]:
    """Every PEM block in ``text``. Refuses ``file-truncated`` when one has no end."""
    blocks: list[PemBlock] = []
    begin = _BEGIN.search(text)
    while begin is not None:
        following = _BEGIN.search(text, begin.end())
        limit = following.start() if following is not None else len(text)
        end = text.find("-----END ", begin.end(), limit)
        if end < 0:
            raise Refusal(
                "file-truncated",
                f"{name} ends too early: block {len(blocks) + 1}, {begin[1]}, has no end line",
                "Copy the file again, whole.",
            )
        blocks.append(_block(begin[1], len(blocks) + 1, text[begin.end() : end]))
        begin = following
    return blocks


def bare_base64(text: str) -> bytes | None:
    """The bytes of a text that is base64 and nothing else; None for any other text."""
    if _BARE_BASE64.fullmatch(text) is None:
        return None
    return _decode(text)


def _block(label: str, number: int, inside: str) -> PemBlock:
    # One-line PEM, pasted out of JSON or an environment file, has its line ends written as \n.
    inside = inside.replace("\\r", "").replace("\\n", "\n")
    lines = [line.strip() for line in inside.splitlines()]
    while lines and not lines[0]:
        del lines[0]
    headers = 0
    while headers < len(lines) and ":" in lines[headers]:
        headers += 1
    encrypted = any("ENCRYPTED" in line for line in lines[:headers])
    head = [*lines[:headers], ""] if headers else []
    body = [line for line in lines[headers:] if line]
    text = "\n".join([f"-----BEGIN {label}-----", *head, *body, f"-----END {label}-----", ""])
    return PemBlock(label, number, _decode("".join(body)), text, encrypted)


def _decode(text: str) -> bytes | None:
    characters = re.sub(r"\s+", "", text)
    if not characters or _NOT_BASE64.search(characters):
        return None
    stripped = characters.rstrip("=")
    try:
        return base64.b64decode(stripped + "=" * (-len(stripped) % 4), validate=True)
    except binascii.Error:
        return None
