"""The ciphers of encrypted keys and keystores, by name.

RC2 is pycryptodomex's, which supports keys of 40 and 64 effective bits (RFC 2268), as Windows, OpenSSL and keytool used
for a long time; it is in an extra, and imported when a file needs it. The others are cryptography's.
"""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4, SEED, Camellia, TripleDES
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher, algorithms, modes
from msgspec import Struct

from ..extras import extra


class CipherKind(Struct, frozen=True):
    """A cipher's name, the size of its key in bytes, and for RC2 the effective bits."""

    name: str
    key_length: int
    bits: int = 0


AES_128, AES_192, AES_256 = CipherKind("AES", 16), CipherKind("AES", 24), CipherKind("AES", 32)
TRIPLE_DES, TWO_KEY_DES, DES = CipherKind("DES", 24), CipherKind("DES", 16), CipherKind("DES", 8)
RC2_128, RC2_64, RC2_40 = CipherKind("RC2", 16, 128), CipherKind("RC2", 8, 64), CipherKind("RC2", 5, 40)
RC4_128, RC4_40 = CipherKind("RC4", 16), CipherKind("RC4", 5)
CAMELLIA_128, CAMELLIA_192, CAMELLIA_256 = (CipherKind("Camellia", length) for length in (16, 24, 32))
SEED_128, SM4_128 = CipherKind("SEED", 16), CipherKind("SM4", 16)

_OF_128_BITS: dict[str, Callable[[bytes], BlockCipherAlgorithm]] = {
    "AES": algorithms.AES, "Camellia": Camellia, "SEED": SEED, "SM4": algorithms.SM4,
}  # fmt: skip
"""The ciphers whose blocks have 128 bits."""


def decrypt(kind: CipherKind, key: bytes, iv: bytes, data: bytes) -> bytes:
    """Decrypt, in CBC mode with PKCS #7 padding; RC4 has neither. Raises ``ValueError``."""
    if kind.name == "RC4":
        return Cipher(ARC4(key), None).decryptor().update(data)
    if kind.name == "RC2":
        return _unpadded(_rc2(kind, key, iv, data), 64)
    if kind.name in _OF_128_BITS:
        return _unpadded(_cbc(_OF_128_BITS[kind.name](key), iv, data), 128)
    # Single DES is 3DES with one key three times; two-key 3DES repeats the first key.
    return _unpadded(_cbc(TripleDES((key * 3)[:24]), iv, data), 64)


def _rc2(kind: CipherKind, key: bytes, iv: bytes, data: bytes) -> bytes:
    with extra("legacy", "the cipher RC2"):
        from Cryptodome.Cipher import ARC2

    # The stubs leave out the parameter that the documentation has.
    cipher = ARC2.new(key, ARC2.MODE_CBC, iv, effective_keylen=kind.bits)  # type: ignore[call-arg]
    return cipher.decrypt(data)


def _cbc(algorithm: BlockCipherAlgorithm, iv: bytes, data: bytes) -> bytes:
    decryptor = Cipher(algorithm, modes.CBC(iv)).decryptor()
    return decryptor.update(data) + decryptor.finalize()


def _unpadded(padded: bytes, block_size: int) -> bytes:
    unpadder = padding.PKCS7(block_size).unpadder()
    return unpadder.update(padded) + unpadder.finalize()
