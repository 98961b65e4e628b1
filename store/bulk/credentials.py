"""The two text files around bulk certificates: passwords by identity, and identities to delete.

UTF-8, with a byte order mark or without; lines end as on any system; blank lines, and lines that begin with ``#``, say
nothing. Whatever is refused is named by the number of its line, never by its text: that may be a password.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..certificates.limits import MAX_BULK_PASSWORD
from ..certificates.text import shortened
from ..errors import Refusal

_LINE_END = re.compile(rb"\r\n|\n|\r")
_SUFFIX = re.compile(r"\.(p12|pfx)\Z", re.IGNORECASE | re.ASCII)
_NAMED = 5  # lines that a message names
_HINT = "Save it anew as plain text in UTF-8."

Passwords = dict[str, str]
Lines = dict[str, int]


class _NoText(Exception):
    """A line is no text; ``number`` says which."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def identity_in(name: str) -> str:
    """The identity that a file's name says: ``A12BC3D4EFGH`` for ``A12BC3D4EFGH.p12``, or for that alone."""
    return _SUFFIX.sub("", name.strip()).strip()


def is_pkcs12_name(name: str) -> bool:
    """Whether a file's name ends as that of a PKCS #12 file."""
    return _SUFFIX.search(name) is not None


def key_of(name: str) -> str:
    """What a password line and a file, or two files, are the same by: the identity, whatever its case."""
    return identity_in(name).casefold()


def read_credentials(data: bytes, name: str) -> tuple[Passwords, Lines]:
    """Each password by ``key_of`` its identity, and the number of the line that it stands in.

    ``IDENTITY.p12=PASSWORD`` or ``IDENTITY=PASSWORD``: the first ``=`` ends the identity, and all that follows is the
    password, spaces and further ``=`` too; nothing is the empty password. ``name`` is the file's, for messages. Refuses
    ``credentials-unreadable`` (no UTF-8 text), ``credentials-line-invalid`` and ``credentials-duplicate``.
    """
    name = shortened(name)
    passwords: Passwords = {}
    lines: Lines = {}
    invalid: list[int] = []
    try:
        for number, line in _lines(data):
            identity, equals, password = line.partition("=")
            key = key_of(identity)
            if not (key and equals) or len(password) > MAX_BULK_PASSWORD:
                invalid.append(number)
                continue
            if key in passwords:
                message = f"{name}, {line_numbers([lines[key], number])} are for the same identity"
                raise Refusal("credentials-duplicate", message, "Leave one of them.")
            passwords[key], lines[key] = password, number
    except _NoText as error:
        raise Refusal("credentials-unreadable", f"{name}, line {error.number} is no UTF-8 text", _HINT) from None
    if invalid:
        raise Refusal(
            "credentials-line-invalid",
            f"{name}, {line_numbers(invalid)}: that is not IDENTITY.p12=PASSWORD",
            f"A password has at most {MAX_BULK_PASSWORD:,} characters, and no line end in it.",
        )
    return passwords, lines


def read_identities(data: bytes) -> list[tuple[int, str]]:
    """The identities of a text file, one a line, with the number of the line; ``IDENTITY.p12`` will do as well.

    Refuses ``identities-unreadable`` if it is no UTF-8 text.
    """
    try:
        return [(number, identity_in(line)) for number, line in _lines(data)]
    except _NoText as error:
        raise Refusal("identities-unreadable", f"line {error.number} of the file is no UTF-8 text", _HINT) from None


def line_numbers(numbers: Sequence[int]) -> str:
    """``line 3``, or ``lines 3, 7 and 12``; of many, the first and how many more."""
    if len(numbers) == 1:
        return f"line {numbers[0]}"
    if len(numbers) > _NAMED:
        return f"lines {', '.join(map(str, numbers[:_NAMED]))} and {len(numbers) - _NAMED:,} more"
    return f"lines {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _lines(data: bytes) -> Iterator[tuple[int, str]]:
    """The lines that say something, with their numbers. Raises ``_NoText``."""
    for number, line in enumerate(_LINE_END.split(data.removeprefix(b"\xef\xbb\xbf")), 1):
        try:
            text = line.decode()
        except UnicodeDecodeError:
            raise _NoText(number) from None
        if "\0" in text:
            raise _NoText(number)
        if text.strip() and not text.lstrip().startswith("#"):
            yield number, text
