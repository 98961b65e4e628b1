"""Shared RSA keys: generating one takes a tenth of a second, and hardly any test is about that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

new_rsa_key = rsa.generate_private_key
"""Makes a key, whatever stands in for it during a test."""


class RsaKeys:
    """Hands out the same keys to each test: all that one test gets are different."""

    def __init__(self) -> None:
        self._made: list[rsa.RSAPrivateKey] = []
        self._given = 0
        self._sharing = False
        self._lock = Lock()

    def generate(self, public_exponent: int, key_size: int, backend: Any = None) -> rsa.RSAPrivateKey:
        if not self._sharing or (public_exponent, key_size) != (65537, 2048):
            return new_rsa_key(public_exponent, key_size, backend)
        with self._lock:
            if self._given == len(self._made):
                self._made.append(new_rsa_key(public_exponent, key_size))
            self._given += 1
            return self._made[self._given - 1]

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Begin with the first key."""
        self._given = 0
        self._sharing = True
        try:
            yield
        finally:
            self._sharing = False

    @contextmanager
    def not_shared(self) -> Iterator[None]:
        """What is made now outlives the test, so it must not have a key that a later test gets."""
        before, self._sharing = self._sharing, False
        try:
            yield
        finally:
            self._sharing = before


RSA_KEYS = RsaKeys()
