"""PEM (RFC 7468) as people bring it: text around, any line ends, UTF-16 from an editor, keys in between."""

from __future__ import annotations

import binascii
import re

from msgspec import Struct

from ..errors import Refusal

_BEGIN = re.compile(r"-----BEGIN ([A-Z0-9][A-Z0-9 #.]{0,60})-----")
_DASHES = r"(?:[-\x96\x97\u2010-\u2015\u2212]|\xe2\x80[\x90-\x95]|\xe2\x88\x92){1,12}"
_SPOILT = re.compile(
    rf"^[ \t]*(?!(?-i:-----(?:BEGIN|END) [A-Z0-9])){_DASHES}[ \t]*(BEGIN|END)[ \t]+"
    rf"([A-Z0-9][A-Z0-9 #.]{{0,60}}?)[ \t]*{_DASHES}[ \t\r]*$",
    re.MULTILINE | re.IGNORECASE,
)
"""A line around a block, with other dashes (also long ones of Windows-1252, or of UTF-8 read as Latin-1) or letters."""
_QUOTED = re.compile(r"^>[> ]*", re.MULTILINE)
_CONTROL = bytes(octet for octet in range(32) if not 9 <= octet <= 13)
_HIGH_CONTROL = bytes(range(0x80, 0xA0))


class PemBlock(Struct, frozen=True):
    """One block: its label, its position in the file from 1, its bytes (None if they are not base64), the base64
    itself, and the headers before it (RFC 1421)."""

    label: str
    number: int
    der: bytes | None
    body: str
    headers: tuple[str, ...]

    @property
    def encrypted(self) -> bool:
        """The headers say that the block is encrypted, as OpenSSL's traditional private keys are."""
        return any("ENCRYPTED" in header for header in self.headers)

    @property
    def cipher(self) -> str:
        """The cipher that the headers name."""
        return self._cipher_and_vector[0].strip()

    @property
    def has_good_cipher(self) -> bool:
        """The headers name a cipher with a whole initialization vector, without which cryptography panics."""
        cipher, vector = self._cipher_and_vector
        return re.fullmatch(r"[0-9A-Fa-f]+", vector) is not None and len(vector) == (
            32 if cipher.startswith("AES") else 16
        )

    @property
    def _cipher_and_vector(self) -> tuple[str, str]:
        named = next((header.partition(":")[2] for header in self.headers if header.startswith("DEK-Info:")), "")
        cipher, _, vector = named.strip().partition(",")
        return cipher, vector

    @property
    def text(self) -> str:
        """The block alone, reformatted."""
        head = [*self.headers, ""] if self.headers else []
        return "\n".join(
            [f"-----BEGIN {self.label}-----", *head, *self.body.split(), f"-----END {self.label}-----", ""]
        )


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
    data = data.rstrip(b"\0") or data  # copies get padded
    control = _CONTROL if b"-----BEGIN " in data or _is_utf8(data) else _CONTROL + _HIGH_CONTROL
    start = data[:512]
    if b"\0" in data or len(start) - len(start.translate(None, control)) > len(start) // 20:
        return None
    return data.decode("latin-1")


def find_blocks(text: str, name: str = "the file") -> list[PemBlock]:
    """Every PEM block in ``text``. Lines that an editor or a chat has spoilt (four dashes, long dashes, small letters)
    count as well. Refuses ``file-truncated`` when a block has no end."""
    blocks: list[PemBlock] = []
    text = _QUOTED.sub("", text)  # out of an answered mail
    if _may_be_spoilt(text):
        text = _SPOILT.sub(lambda line: f"-----{line[1].upper()} {line[2].strip().upper()}-----", text)
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


def _may_be_spoilt(text: str) -> bool:
    """Whether to look closer; counting is far faster."""
    return "------" in text or any(
        text.count(f"-----{word} ") != text.count(word) or f"{word}  " in text or word.lower() in text
        for word in ("BEGIN", "END")
    )


def bare_base64(text: str) -> bytes | None:
    """The bytes of a text that is base64 and nothing else; None for any other text."""
    return _decode(text)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _block(label: str, number: int, inside: str) -> PemBlock:
    if "\\" in inside:
        # One-line PEM, pasted out of JSON or an environment file, has its line ends written as \n.
        inside = inside.replace("\\r", "").replace("\\n", "\n")
    headers = 0
    lines: list[str] = []
    if ":" in inside:
        lines = [line.strip() for line in inside.strip().splitlines()]
        while headers < len(lines) and ":" in lines[headers]:
            headers += 1
        inside = "\n".join(lines[headers:])
    return PemBlock(label, number, _decode(inside), inside, tuple(lines[:headers]))


def _decode(text: str) -> bytes | None:
    # No regular expression: on hostile text, one with so many ways to match takes hours.
    characters = "".join(text.split()).rstrip("=")
    try:
        return binascii.a2b_base64(characters + "=" * (-len(characters) % 4), strict_mode=True) or None
    except ValueError:
        return None
