"""What a password derivation in a file may cost, checked before it is run."""

from __future__ import annotations

from ..errors import Refusal
from .limits import MAX_KDF_DIGESTS, MAX_KDF_ITERATIONS, MAX_SCRYPT_COST, MAX_SCRYPT_MEMORY

_HINT = "No program writes such a file in earnest. Make it again with the usual settings."


class KdfBudget:
    """What the derivations of one file may take together. Each cost is a share of the whole, which is 1."""

    def __init__(self) -> None:
        self._left = 1.0

    def check(self, cost: float) -> None:
        """Whether so much is left: to ask before any work is done. Refuses ``kdf-too-costly``."""
        if cost > self._left:
            raise Refusal("kdf-too-costly", "the file's key derivations are too costly together", _HINT)

    def spend(self, cost: float) -> None:
        """Take so much from what is left. Refuses ``kdf-too-costly``."""
        self.check(cost)
        self._left -= cost


def pbkdf2_cost(iterations: int, blocks: int) -> float:
    """What PBKDF2 costs for so many blocks of its hash. Refuses as ``digests_cost`` does."""
    return _share(iterations, blocks, MAX_KDF_ITERATIONS)


def digests_cost(iterations: int, times: int = 1) -> float:
    """What a derivation costs that takes a digest of a digest, in Python: PKCS #12, PBKDF1, JCEKS.

    Refuses ``kdf-too-costly`` when this one alone is too much; raises ``ValueError`` for no iterations.
    """
    return _share(iterations, times, MAX_KDF_DIGESTS)


def scrypt_cost(n: int, r: int, p: int) -> float:
    """What scrypt (RFC 7914) costs with these parameters. Refuses ``kdf-too-costly``."""
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
