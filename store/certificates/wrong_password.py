"""When a password is wrong: what is said about each kind of file, and how it shows where there is no checksum.

Encryption by a password does not tell the right one from a wrong one. Most files have a digest that does. Where there
is none, a wrong password gives padding that looks right once in 256 times, and RC4 has no padding at all: then what
comes out has to begin like what was encrypted.
"""

from __future__ import annotations

from enum import Enum

from ..errors import Refusal
from .asn1 import first_element
from .der import INTEGER, OID, SEQUENCE

_LETTERS = "Capital and small letters count, and so does every space."


class WrongPassword(Exception):
    """Decryption gave garbage. Never shown: the caller reports it."""


class Locked(Enum):
    """Something that a password doesn't open: the sentence and the hint."""

    PRIVATE_KEY = "the password does not open the private key", None
    KEYSTORE = "the password does not open the keystore", _LETTERS
    JAVA_KEYSTORE = "the password does not open the keystore, or the file is damaged", _LETTERS
    KEY_IN_KEYSTORE = "the key's password is wrong", None


def wrong_password(locked: Locked, entry: str | None = None, password: str | None = None) -> Refusal:
    """The refusal ``wrong-password``. ``entry`` names the one of a keystore whose key stays locked. What in the
    ``password`` looks as if a shell or an editor had put it there is named."""
    sentence, hint = locked.value
    hint = " ".join(part for part in (hint, _doubt(password)) if part) or None
    return Refusal("wrong-password", sentence if entry is None else f"{entry}: {sentence}", hint)


def _doubt(password: str | None) -> str:
    if password is None:
        return ""
    if not password:
        return "The one that was given is empty."
    if password != password.strip():
        return "The one that was given begins or ends with a blank, as `echo secret > file` in Windows' cmd writes it."
    if len(password) > 1 and password[0] == password[-1] and password[0] in "\"'":
        return "The one that was given is in quotation marks, which count as part of it."
    if not password.isascii():
        return "The one that was given has other letters than ASCII: a file with it is best saved in UTF-8."
    return ""


def begins_as_key(plain: bytes) -> bool:
    """Whether it can be a private key: PKCS #8, PKCS #1 and SEC 1 all begin with a version, 0 or 1."""
    return _is_sequence(plain) and _inside(plain)[:3] in (bytes((INTEGER, 1, 0)), bytes((INTEGER, 1, 1)))


def begins_as_bags(plain: bytes) -> bool:
    """Whether it can be the SafeContents of a PKCS #12 file: bags that begin with their kind, or none."""
    if not _is_sequence(plain):
        return False
    bag = _inside(plain)
    return bag[:1] in (b"", b"\0") or (bag[0] == SEQUENCE and _inside(bag)[:1] == bytes((OID,)))


def _is_sequence(plain: bytes) -> bool:
    try:
        return plain[:1] == bytes((SEQUENCE,)) and bool(first_element(plain))
    except ValueError:
        return False


def _inside(encoded: bytes) -> bytes:
    """What follows the tag and the length, DER or BER."""
    length = encoded[1] if len(encoded) > 1 else 0
    return encoded[2 + (length & 0x7F if length > 0x80 else 0) :]
