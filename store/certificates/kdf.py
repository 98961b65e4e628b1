"""Limits on the cost of key derivations in a file, checked beforehand."""

from __future__ import annotations

from ..errors import Refusal
from .limits import MAX_KDF_DIGESTS, MAX_KDF_ITERATIONS, MAX_SCRYPT_COST, MAX_SCRYPT_MEMORY

_HINT = "No program writes such a file in earnest. Make it again with the usual settings."


class KdfBudget:
    """The budget for all derivations of one file. Each cost is a share of the total, 1."""

    def __init__(self) -> None:
        self._left = 1.0

    def check(self, cost: float) -> None:
        """Check beforehand that this much is left. Refuses ``kdf-too-costly``."""
        if cost > self._left:
            raise Refusal("kdf-too-costly", "the file's key derivations are too costly together", _HINT)

    def spend(self, cost: float) -> None:
        """Spend from the budget. Refuses ``kdf-too-costly``."""
        self.check(cost)
        self._left -= cost


def pbkdf2_cost(iterations: int, blocks: int) -> float:
    """The cost of PBKDF2 for this many blocks of its hash. Refuses as ``digests_cost`` does."""
    return _share(iterations, blocks, MAX_KDF_ITERATIONS)


def digests_cost(iterations: int, times: int = 1) -> float:
    """The cost of a derivation by repeated digests in Python: PKCS #12, PBKDF1, JCEKS.

    Refuses ``kdf-too-costly`` when this one alone is too much; raises ``ValueError`` for no iterations.
    """
    return _share(iterations, times, MAX_KDF_DIGESTS)


def scrypt_cost(n: int, r: int, p: int) -> float:
    """The cost of scrypt (RFC 7914) with these parameters. Refuses ``kdf-too-costly``."""
    if min(n, r, p) < 1 or 128 * n * r > MAX_SCRYPT_MEMORY or n * r * p > MAX_SCRYPT_COST:
        raise Refusal("kdf-too-costly", "the file asks for too costly a derivation by scrypt", _HINT)
    return n * r * p / MAX_SCRYPT_COST


def _share(iterations: int, times: int, limit: int) -> float:
    if iterations < 1:
        raise ValueError("a key derivation of no iterations")
    if iterations * times > limit:
        count = f"{iterations:,}" if iterations < 10**15 else "an absurd number of"
        raise Refusal("kdf-too-costly", f"the file asks for {count} iterations of a derivation", _HINT)
    return iterations * times / limit


def password_bytes(password: str) -> tuple[bytes, ...]:
    """The encodings that programs use for a password, the likeliest first."""
    if password.isascii():
        return (password.encode(),)
    found = [password.encode("utf-8", "surrogatepass")]
    for encoding in ("latin-1", "cp1252"):
        try:
            found.append(password.encode(encoding))
        except UnicodeEncodeError:
            continue
    return tuple(dict.fromkeys(found))
