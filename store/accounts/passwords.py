"""Passwords of accounts: which are taken, and how they are kept and compared (Argon2id, RFC 9106)."""

from __future__ import annotations

import base64
import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from ..errors import Refusal
from ..model.account import Argon2Parameters, PasswordHash
from ..vault import ARGON2_ITERATIONS, ARGON2_MEMORY_KIB

SHORTEST, LONGEST = 8, 1000
PARAMETERS = Argon2Parameters(memory_kib=ARGON2_MEMORY_KIB, iterations=ARGON2_ITERATIONS)
"""The cost of a new hash. A password that is kept under another one is hashed anew at its next login."""

AT_ONCE = 2
LONGEST_WAIT = 20.0
_TURNS = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def turn(timeout: float = LONGEST_WAIT) -> Iterator[None]:
    """To be held while passwords are hashed: 64 MiB each, so that no flood of logins takes all memory.

    Waits for up to ``timeout`` seconds, and refuses with ``logins-busy`` then.
    """
    if not _TURNS.acquire(timeout=timeout):
        raise Refusal("logins-busy", "too many people log in at once", "Try again in a minute.")
    try:
        yield
    finally:
        _TURNS.release()


def check_password(password: str) -> None:
    """Refuse with ``password-not-accepted`` what is too short, too long, or no text."""
    if _prepared(password) is None:
        raise Refusal(
            "password-not-accepted",
            f"a password has {SHORTEST} to {LONGEST:,} characters, and no control characters",
            "Several words make a good one.",
        )


def hash_password(password: str, parameters: Argon2Parameters = PARAMETERS) -> PasswordHash:
    """What is kept of a password that ``check_password`` lets through. Inside a ``turn``."""
    prepared = _prepared(password)
    assert prepared is not None
    salt = secrets.token_bytes(16)
    derived = _argon2id(parameters, salt).derive(prepared)
    return PasswordHash(parameters=parameters, salt=_encode(salt), hash=_encode(derived))


def verify_password(password: str, kept: PasswordHash | None) -> bool:
    """Whether it is the password, told in constant time. Inside a ``turn``.

    Where there is nothing to compare with, or no password could be so, it takes as long to say no.
    """
    prepared, known = _prepared(password), kept or _NOBODYS
    try:
        _argon2id(known.parameters, base64.b64decode(known.salt)).verify(prepared or b"", base64.b64decode(known.hash))
    except InvalidKey:
        return False
    except ValueError as error:
        raise Refusal("workspace-damaged", "the password of the account can't be read", "Set a new one.") from error
    return prepared is not None and kept is not None


def _prepared(password: str) -> bytes | None:
    """A password as it is hashed, so that all keyboards write it alike: NFC, and spaces are spaces (RFC 8265, 4.2.2).

    None for one that nobody can have.
    """
    if len(password) > LONGEST:
        return None
    spaced = "".join(" " if unicodedata.category(character) == "Zs" else character for character in password)
    text = unicodedata.normalize("NFC", spaced)
    if not SHORTEST <= len(text) <= LONGEST or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        return None
    return text.encode()


def _argon2id(parameters: Argon2Parameters, salt: bytes) -> Argon2id:
    return Argon2id(
        salt=salt,
        length=32,
        iterations=parameters.iterations,
        lanes=parameters.lanes,
        memory_cost=parameters.memory_kib,
    )


def _encode(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


_NOBODYS = PasswordHash(
    parameters=PARAMETERS, salt=_encode(secrets.token_bytes(16)), hash=_encode(secrets.token_bytes(32))
)
