"""Account passwords: which are accepted, and how they are hashed and compared (Argon2id, RFC 9106)."""

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
from ..vault.passphrases import ARGON2_ITERATIONS, ARGON2_MEMORY_KIB

SHORTEST, LONGEST = 8, 1000
PARAMETERS = Argon2Parameters(memory_kib=ARGON2_MEMORY_KIB, iterations=ARGON2_ITERATIONS)
"""The cost of a new hash. Passwords stored with another cost are rehashed at the next login."""

AT_ONCE = 2
LONGEST_WAIT = 20.0
_TURNS = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def turn(timeout: float = LONGEST_WAIT) -> Iterator[None]:
    """Hold this while hashing a password. Each takes 64 MiB, so a flood of logins could exhaust the memory.

    Waits for up to ``timeout`` seconds, then refuses with ``logins-busy``.
    """
    if not _TURNS.acquire(timeout=timeout):
        raise logins_busy()
    try:
        yield
    finally:
        _TURNS.release()


def logins_busy() -> Refusal:
    """The refusal of a login while too many others wait."""
    return Refusal("logins-busy", "too many people log in at once", "Try again in a minute.")


def check_password(password: str) -> None:
    """Refuse with ``password-not-accepted`` if it is too short, too long, or not text."""
    if _prepared(password) is None:
        raise Refusal(
            "password-not-accepted",
            f"a password has {SHORTEST} to {LONGEST:,} characters, and no control characters",
            "Several words make a good one.",
        )


def hash_password(password: str, parameters: Argon2Parameters | None = None) -> PasswordHash:
    """The hash of a password that passed ``check_password``. Inside a ``turn``."""
    prepared = _prepared(password)
    assert prepared is not None
    parameters, salt = parameters or PARAMETERS, secrets.token_bytes(16)
    derived = _argon2id(parameters, salt).derive(prepared)
    return PasswordHash(parameters=parameters, salt=_encode(salt), hash=_encode(derived))


def verify_password(password: str, kept: PasswordHash | None) -> bool:
    """Whether it is the password, in constant time. Inside a ``turn``.

    Takes as long if there is nothing to compare with or the password can't be valid.
    """
    prepared, known = _prepared(password), kept or _nobodys()
    try:
        _argon2id(known.parameters, base64.b64decode(known.salt)).verify(prepared or b"", base64.b64decode(known.hash))
    except InvalidKey:
        return False
    except ValueError as error:
        raise Refusal("workspace-damaged", "the password of the account can't be read", "Set a new one.") from error
    return prepared is not None and kept is not None


def is_outdated(kept: PasswordHash) -> bool:
    """Whether it is kept at another cost than a new one."""
    return kept.parameters != PARAMETERS


def _prepared(password: str) -> bytes | None:
    """A password normalised for hashing, independent of the keyboard: NFC, and any space is a space (RFC 8265, 4.2.2).

    None for one that can't be valid.
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


def _nobodys() -> PasswordHash:
    """A hash that no password matches, as costly to check as a new one."""
    return PasswordHash(parameters=PARAMETERS, salt=_encode(_NOBODYS_SALT), hash=_encode(_NOBODYS_HASH))


_NOBODYS_SALT, _NOBODYS_HASH = secrets.token_bytes(16), secrets.token_bytes(32)
