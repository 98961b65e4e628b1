"""The key derivation of PKCS #12 (RFC 7292 appendix B) and PBKDF1 (RFC 8018 section 5.1), over hashlib's hashes:
cryptography offers neither.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial

from .kdf import password_bytes

CIPHER_KEY, CIPHER_IV, MAC_KEY = 1, 2, 3
"""The purposes of keys derived the PKCS #12 way (RFC 7292 appendix B.3)."""

EMPTY_PASSWORD = b"\0\0"
"""The empty password as a BMPString; without a password there are no bytes at all."""


def bmp_passwords(password: str | None) -> tuple[bytes, ...]:
    """The forms of a password for PKCS #12: BMPString and two zero bytes (RFC 7292 appendix B.1).

    No password and an empty one are written differently by different programs; and OpenSSL before 1.1 took
    each byte of the UTF-8 form for a character.
    """
    if not password:
        return (b"", EMPTY_PASSWORD)
    texts = [password, *(encoded.decode("latin-1") for encoded in password_bytes(password))]
    forms = [text.encode("utf-16-be", "surrogatepass") + b"\0\0" for text in texts]
    return tuple(dict.fromkeys(forms))


def digest_count(name: str, length: int) -> int:
    """The number of times that ``pkcs12_derive`` iterates for this many bytes."""
    return -(-length // hashlib.new(name).digest_size)


def pbkdf1_derive(name: str, password: bytes, salt: bytes, iterations: int) -> bytes:
    """PBKDF1 (RFC 8018 section 5.1): all the bytes that the hash gives."""
    digest_of: Callable[[bytes], hashlib._Hash] = getattr(hashlib, name)
    digest = password + salt
    for _ in range(iterations):
        digest = digest_of(digest).digest()
    return digest


def pkcs12_derive(name: str, password: bytes, salt: bytes, iterations: int, purpose: int, length: int) -> bytes:
    """The PKCS #12 key derivation (RFC 7292 appendix B.2), with the hash of that name."""
    block = hashlib.new(name).block_size
    digest_of: Callable[[bytes], hashlib._Hash] = getattr(hashlib, name, None) or partial(hashlib.new, name)

    def filled(value: bytes) -> bytes:
        size = -(-len(value) // block) * block
        return (value * (size // len(value) + 1))[:size] if value else b""

    state = bytearray(filled(salt) + filled(password))
    derived = b""
    while True:
        digest = digest_of(bytes([purpose]) * block + state).digest()
        for _ in range(iterations - 1):
            digest = digest_of(digest).digest()
        derived += digest
        if len(derived) >= length:
            return derived[:length]
        addend = int.from_bytes(filled(digest)[:block], "big") + 1
        for at in range(0, len(state), block):
            total = int.from_bytes(state[at : at + block], "big") + addend
            state[at : at + block] = (total % (1 << 8 * block)).to_bytes(block, "big")
