"""What mails, web pages and source text leave between the lines of PEM: what is taken away before it is read.

None of it can be part of base64, or it is on every line alike, so that nothing is guessed.
"""

from __future__ import annotations

import html
import re

Margins = tuple[str, str]
"""What is before and behind the BEGIN line, as in ``// -----BEGIN CERTIFICATE-----``."""

_CODE_POINT = re.compile(r"\\u([0-9A-Fa-f]{4})")
_LINE_END = re.compile(r"\\{1,9}[nr]")
_NUMBER = re.compile(r"\d{1,4}[.:)|]?\s+")
_TAG = re.compile(r"<[^<>]{0,100}>")
_QUOTED_PRINTABLE = re.compile(r"=([0-9A-F]{2})")
_INVISIBLE = re.compile(
    "[\xa0\xad\u200b-\u200f\u2060\ufeff]|\xc2[\xa0\xad]|\xe2\x80[\x8b-\x8f]|\xe2\x81\xa0|\xef\xbb\xbf"
)


def without_margins(body: str, before: str, after: str) -> str:
    """The lines without what is before and behind each of them. That can look like base64, as ``//`` does."""
    lines = [line.strip() for line in body.strip().splitlines()]
    if lines and lines[0] == after:  # the rest of the BEGIN line
        lines = lines[1:]
    if lines and lines[-1] == before:  # the beginning of the END line
        lines = lines[:-1]
    if _NUMBER.fullmatch(before + " "):
        lines = lines[:-1] if lines and _NUMBER.fullmatch(lines[-1] + " ") else lines
        return "\n".join(_NUMBER.sub("", line, 1) for line in lines)
    if before and all(line.startswith(before) for line in lines):
        lines = [line.removeprefix(before).strip() for line in lines]
    if after and all(line.endswith(after) for line in lines):
        lines = [line.removesuffix(after).strip() for line in lines]
    return "\n".join(lines)


def mended_body(body: str) -> str:
    """The lines between BEGIN and END without what does not belong to them."""
    if "\\" in body:  # out of JSON: ``\\/``, ``\\u002B``, or line ends that were escaped twice
        body = _CODE_POINT.sub(lambda match: chr(int(match[1], 16)), body)
        body = _LINE_END.sub("\n", body).replace("\\/", "/")
    if "&" in body or "<" in body:  # out of a web page
        body = html.unescape(_TAG.sub("\n", body))
    if "=3D" in body or "=\n" in body or "=\r\n" in body:  # out of a mail's source (RFC 2045, 6.7)
        body = body.replace("=\r\n", "").replace("=\n", "") if _goes_on_behind_equals(body) else body
        body = _QUOTED_PRINTABLE.sub(lambda match: chr(int(match[1], 16)), body)
    return _INVISIBLE.sub("", body)


def _goes_on_behind_equals(body: str) -> bool:
    """Whether lines end with ``=`` and go on, as base64 itself never does."""
    return re.search(r"=\r?\n[A-Za-z0-9+/]", body) is not None
