"""Shared RSA keys: generating one takes a tenth of a second, and hardly any test is about that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

new_rsa_key = rsa.generate_private_key
"""Makes a key, whatever stands in for it during a test."""


class _Shelf:
    """Keys in the order in which they are given."""

    def __init__(self) -> None:
        self._made: list[rsa.RSAPrivateKey] = []
        self.given = 0

    def next(self) -> rsa.RSAPrivateKey:
        if self.given == len(self._made):
            self._made.append(new_rsa_key(65537, 2048))
        self.given += 1
        return self._made[self.given - 1]


class RsaKeys:
    """Hands out the same keys to each test: all that one test gets are different. What is made once for all tests has
    others, which are the same for each such thing."""

    def __init__(self) -> None:
        self._of_tests, self._of_all = _Shelf(), _Shelf()
        self._shelf: _Shelf | None = None
        self._lock = Lock()

    def generate(self, public_exponent: int, key_size: int, backend: Any = None) -> rsa.RSAPrivateKey:
        if self._shelf is None or (public_exponent, key_size) != (65537, 2048):
            return new_rsa_key(public_exponent, key_size, backend)
        with self._lock:
            return self._shelf.next()

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Begin with the first key: for a test, or for an example of Hypothesis."""
        before, self._shelf = self._shelf, self._of_tests
        self._of_tests.given = 0
        try:
            yield
        finally:
            self._shelf = before

    @contextmanager
    def for_all_tests(self) -> Iterator[None]:
        """What is made now outlives the test, so it must not have a key that a later test gets."""
        before = self._shelf
        if before is not self._of_all:
            self._of_all.given = 0
        self._shelf = self._of_all
        try:
            yield
        finally:
            self._shelf = before


RSA_KEYS = RsaKeys()
