"""What a password derivation in a file may cost, checked before it is run."""

from __future__ import annotations

import struct

from ..errors import Refusal
from .limits import (
    MAX_BCRYPT_ROUNDS,
    MAX_KDF_ITERATIONS,
    MAX_KDF_ITERATIONS_TOTAL,
    MAX_SCRYPT_COST,
    MAX_SCRYPT_MEMORY,
)

_HINT = "No program writes such a file in earnest. Make it again with the usual settings."


class KdfBudget:
    """Counts the iterations that reading one file takes. Each method refuses ``kdf-too-costly``, and raises
    ``ValueError`` for numbers that make no sense.
    """

    def __init__(self) -> None:
        self._left = MAX_KDF_ITERATIONS_TOTAL

    def check(self, iterations: int) -> None:
        """Whether one derivation may take so many."""
        if iterations < 1:
            raise ValueError("a key derivation of no iterations")
        if iterations > MAX_KDF_ITERATIONS:
            count = f"{iterations:,}" if iterations < 10**15 else "an absurd number of"
            raise Refusal("kdf-too-costly", f"the file asks for {count} iterations of a derivation", _HINT)

    def spend(self, iterations: int) -> None:
        """Take so many iterations from what is left for the file."""
        self.check(iterations)
        self._left -= iterations
        if self._left < 0:
            raise Refusal("kdf-too-costly", "the file's key derivations are too costly together", _HINT)

    def check_scrypt(self, n: int, r: int, p: int) -> None:
        """Whether scrypt (RFC 7914) may run with these parameters."""
        if min(n, r, p) < 1 or 128 * n * r > MAX_SCRYPT_MEMORY or n * r * p > MAX_SCRYPT_COST:
            raise Refusal("kdf-too-costly", "the file asks for too costly a derivation by scrypt", _HINT)


def check_openssh(data: bytes) -> None:
    """The rounds of bcrypt in an encrypted OpenSSH key (PROTOCOL.key): each one takes milliseconds.

    Refuses ``kdf-too-costly``.
    """
    try:
        at = len(b"openssh-key-v1\0")
        for _ in range(2):
            at += 4 + struct.unpack_from(">I", data, at)[0]
        options_length = struct.unpack_from(">I", data, at)[0]
        if not options_length:
            return
        at += 4
        at += 4 + struct.unpack_from(">I", data, at)[0]
        rounds = struct.unpack_from(">I", data, at)[0]
    except struct.error:
        return
    if rounds > MAX_BCRYPT_ROUNDS:
        raise Refusal("kdf-too-costly", f"the OpenSSH key asks for {rounds:,} rounds of bcrypt")


def password_bytes(password: str) -> tuple[bytes, ...]:
    """The encodings of a password that programs have used, the likeliest first."""
    if password.isascii():
        return (password.encode(),)
    found = [password.encode("utf-8", "surrogatepass")]
    for encoding in ("latin-1", "cp1252"):
        try:
            found.append(password.encode(encoding))
        except UnicodeEncodeError:
            continue
    return tuple(dict.fromkeys(found))
