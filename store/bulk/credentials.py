"""The two text files around bulk certificates: passwords by identity, and identities to delete.

UTF-8, UTF-16, or Windows-1252; any line ending; blank lines and lines that begin with ``#``
are ignored.
Refusals name a line by its number, never by its text, which may be a password.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..certificates.limits import MAX_BULK_PASSWORD
from ..certificates.plain_text import decode_text
from ..certificates.text import shortened
from ..errors import Refusal

_LINE_END = re.compile(r"\r\n|\n|\r")
_BYTES_END = re.compile(rb"\r\n|\n|\r")
_SUFFIX = re.compile(r"\.(p12|pfx)\Z", re.IGNORECASE | re.ASCII)
_INVISIBLE = re.compile("[\ufeff\u200b]")  # from files that were joined, or from web pages
_QUOTES = "\"'"
_NAMED = 5  # lines that a message names
_HINT = "Save it anew as plain text in UTF-8."

Passwords = dict[str, str]
Lines = dict[str, int]


class _NoText(Exception):
    """Line ``number`` is not text."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def identity_in(name: str) -> str:
    """The identity in a file name: ``A12BC3D4EFGH`` for ``A12BC3D4EFGH.p12`` or without an ending."""
    return _SUFFIX.sub("", name.strip()).strip()


def is_pkcs12_name(name: str) -> bool:
    """Whether a file name has the ending of a PKCS #12 file."""
    return _SUFFIX.search(name) is not None


def key_of(name: str) -> str:
    """The key by which password lines and files are matched: the identity, ignoring case."""
    return identity_in(name).casefold()


def read_credentials(data: bytes, name: str) -> tuple[Passwords, Lines]:
    """Passwords with their line numbers, by ``key_of`` the identity.

    ``IDENTITY.p12=PASSWORD`` or ``IDENTITY=PASSWORD``: the first ``=`` ends the identity, and everything after it is
    the password, including spaces and further ``=``; it may be empty. Folders before the identity don't count.
    ``name`` is the file's, for messages. Refuses ``credentials-unreadable`` (no text), ``credentials-line-invalid``
    and ``credentials-duplicate``.
    """
    name = shortened(name)
    passwords: Passwords = {}
    lines: Lines = {}
    invalid: list[int] = []
    try:
        for number, line in _lines(data):
            identity, equals, password = line.partition("=")
            key = key_of(_INVISIBLE.sub("", identity.replace("\\", "/").rpartition("/")[2]))
            if not (key and equals) or len(password) > MAX_BULK_PASSWORD:
                invalid.append(number)
                continue
            if key in passwords:
                message = f"{name}, {line_numbers([lines[key], number])} are for the same identity"
                raise Refusal("credentials-duplicate", message, "Leave one of them.")
            passwords[key], lines[key] = password, number
    except _NoText as error:
        raise Refusal("credentials-unreadable", f"{name}, line {error.number} is no text", _HINT) from None
    if invalid:
        raise Refusal(
            "credentials-line-invalid",
            f"{name}, {line_numbers(invalid)}: that is not IDENTITY.p12=PASSWORD",
            "Between the name and the password there has to be an equals sign. A password has at most "
            f"{MAX_BULK_PASSWORD:,} characters, and no line end in it.",
        )
    return passwords, lines


def read_identities(data: bytes) -> list[tuple[int, str]]:
    """The identities of a text file, one per line, with line numbers; ``IDENTITY.p12`` works too, and the credential
    file, of which the passwords are dropped here.

    Refuses ``identities-unreadable`` if it is no text.
    """
    try:
        lines = [(number, _INVISIBLE.sub("", line).partition("=")[0].strip()) for number, line in _lines(data)]
        return [(number, identity_in(line.strip(_QUOTES))) for number, line in lines if line]
    except _NoText as error:
        raise Refusal("identities-unreadable", f"line {error.number} of the file is no text", _HINT) from None


def around_equals(password: str) -> str:
    """What a wrong password has around it that its owner hardly meant; empty if nothing. Never the password."""
    if len(password) > 1 and password[0] == password[-1] and password[0] in _QUOTES:
        return "its line has quotation marks around the password, which count as part of it"
    if password != password.strip():
        where = "after the =" if password != password.lstrip() else "at its end"
        return f"its line has a blank {where}, which counts as part of the password"
    if not password.isascii():
        return "it has other letters than ASCII: the credential file has to be in UTF-8, UTF-16 or Windows-1252"
    return ""


def in_quotes(name: str, passwords: Passwords) -> bool:
    """Whether a line has this file's name, or begins, in quotation marks."""
    names = (name.casefold(), key_of(name))
    return any(f"{quote}{one}{end}" in passwords for quote in _QUOTES for one in names for end in ("", quote))


def line_numbers(numbers: Sequence[int]) -> str:
    """``line 3`` or ``lines 3, 7 and 12``; if there are many, the first and the number of others."""
    if len(numbers) == 1:
        return f"line {numbers[0]}"
    if len(numbers) > _NAMED:
        return f"lines {', '.join(map(str, numbers[:_NAMED]))} and {len(numbers) - _NAMED:,} more"
    return f"lines {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _lines(data: bytes) -> Iterator[tuple[int, str]]:
    """The significant lines with their numbers. Raises ``_NoText``."""
    whole = decode_text(data) if data else ""
    if whole is None:
        raise _NoText(
            next((number for number, line in enumerate(_BYTES_END.split(data), 1) if decode_text(line) is None), 1)
        )
    for number, text in enumerate(_LINE_END.split(whole), 1):
        if text.strip() and not text.lstrip().startswith("#"):
            yield number, text
