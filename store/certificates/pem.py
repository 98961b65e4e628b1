"""PEM (RFC 7468) as people bring it: text around, any line ends, UTF-16 from an editor, keys in between."""

from __future__ import annotations

import base64
import binascii
import re
import textwrap

from msgspec import Struct

from ..errors import Refusal
from .pem_body import Margins, mended_body, without_margins

_BEGIN = re.compile(r"-----BEGIN ([A-Z0-9][A-Z0-9 #.]{0,60})-----")
_GOOD = r"(?-i:-----(?:BEGIN|END) [A-Z0-9][A-Z0-9 #.]{0,60}-----[ \t\r]*$)"
_BLANK = r"(?:[ \t\xa0]|\xc2\xa0)"
_DASHES = rf"(?:(?:[-\x96\x97\u2010-\u2015\u2212]|\xe2\x80[\x90-\x95]|\xe2\x88\x92){_BLANK}?){{1,12}}"
_SPOILT = re.compile(
    rf"^[ \t]*(?!{_GOOD}){_DASHES}{_BLANK}{{0,3}}(BEGIN|END){_BLANK}{{1,3}}"
    rf"([A-Z0-9][A-Z0-9 #.\xa0\xc2]{{0,60}}?){_BLANK}{{0,3}}{_DASHES}[ \t\r]*$",
    re.MULTILINE | re.IGNORECASE,
)
"""A line around a block, with other dashes (also long ones of Windows-1252, or of UTF-8 read as Latin-1), with blanks
between them, or with other letters."""
_CUT_LINE = re.compile(
    rf"^[ \t]*(?!{_GOOD})(?:{_DASHES})?(BEGIN|END) ((?:[A-Z0-9]{{2,10}} ){{0,3}}(?:CERTIFICATE|KEY|PKCS7|CMS))"
    rf"{_BLANK}{{0,3}}(?:{_DASHES})?[ \t\r]*$",
    re.MULTILINE,
)
"""One that lacks the dashes before it, behind it, or both."""
_QUOTED = re.compile(r"^>[> ]*", re.MULTILINE)
_CONTROL = bytes(octet for octet in range(32) if not 9 <= octet <= 13)
_HIGH_CONTROL = bytes(range(0x80, 0xA0))
_LONGEST_MARGIN = 40


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
        text = _CUT_LINE.sub(_good_line, _SPOILT.sub(_good_line, text))
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
        blocks.append(_block(begin[1], len(blocks) + 1, text[begin.end() : end], _margins(text, begin)))
        begin = following
    return blocks


def _good_line(line: re.Match[str]) -> str:
    label = " ".join(line[2].replace("\xc2\xa0", " ").replace("\xa0", " ").split())
    return f"-----{line[1].upper()} {label.upper()}-----"


def _margins(text: str, begin: re.Match[str]) -> Margins:
    """What is before and behind a BEGIN line: comment signs, quotation marks."""
    start = text.rfind("\n", max(begin.start() - _LONGEST_MARGIN, 0), begin.start()) + 1
    before = text[start : begin.start()] if begin.start() - start < _LONGEST_MARGIN else ""
    stop = text.find("\n", begin.end(), begin.end() + _LONGEST_MARGIN)
    return before.strip(), text[begin.end() : stop].strip() if stop >= 0 else ""


def _may_be_spoilt(text: str) -> bool:
    """Whether to look closer; counting is far faster."""
    return (
        "------" in text
        or text.count("-----") < 4 * text.count("-----BEGIN ")
        or any(
            text.count(f"-----{word} ") != text.count(word) or f"{word}  " in text or word.lower() in text
            for word in ("BEGIN", "END")
        )
    )


def bare_base64(text: str) -> bytes | None:
    """The bytes of a text that is base64 and nothing else; None for any other text."""
    return _decode(text)


def to_pem_text(label: str, der: bytes) -> str:
    """One block."""
    lines = textwrap.wrap(base64.b64encode(der).decode("ascii"), 64)
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _block(label: str, number: int, inside: str, margins: Margins) -> PemBlock:
    if any(margins):
        inside = without_margins(inside, *margins)
    written = inside
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
    der = _decode(inside)
    if der is None and not headers and (der := _decode(mended := mended_body(written))) is not None:
        inside = mended
    return PemBlock(label, number, der, inside, tuple(lines[:headers]))


def _decode(text: str) -> bytes | None:
    # No regular expression: on hostile text, one with so many ways to match takes hours.
    characters = "".join(text.split()).rstrip("=")
    try:
        return binascii.a2b_base64(characters + "=" * (-len(characters) % 4), strict_mode=True) or None
    except ValueError:
        return None
