"""A permutation of the numbers below a size, computed rather than stored.

It makes a fleet's identities unique without a list of used ones: device *i* gets number ``permutation(i)``, and a
permutation gives each number once.

Each step is invertible on the numbers of so many bits, and so is their sequence: adding a constant, multiplying by an
odd number, and xor with the own upper half. A size that is no power of two is reached by walking on until the number is
below it (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002). It scatters; it keeps no secrets.
"""

from __future__ import annotations

from hashlib import blake2b


class Permutation:
    """A permutation of ``range(size)`` that follows from a key."""

    __slots__ = ("_add", "_first", "_mask", "_second", "_shift", "_third", "size")

    def __init__(self, size: int, key: bytes) -> None:
        bits = max(2, (size - 1).bit_length())
        self.size = size
        self._mask = (1 << bits) - 1
        self._shift = (bits + 1) // 2
        # Multipliers of full length; with bits set at both ends they reach across the whole number.
        odd = 1 | 1 << bits - 1
        self._first, self._second, self._third, self._add = (
            int.from_bytes(blake2b(bytes([step]), key=key, digest_size=64).digest()) & self._mask | odd
            for step in range(4)
        )

    def __call__(self, number: int) -> int:
        """The number's image. The number must be below the size."""
        mask, shift = self._mask, self._shift
        while True:
            number = (number + self._add) * self._first & mask
            number = (number ^ number >> shift) * self._second & mask
            number = (number ^ number >> shift) * self._third & mask
            number ^= number >> shift
            if number < self.size:
                return number

    def inverse(self, image: int) -> int:
        """The number of an image below the size."""
        mask, shift = self._mask, self._shift
        first, second, third = (pow(odd, -1, mask + 1) for odd in (self._first, self._second, self._third))
        while True:
            # The upper half stays as it is, so the same xor undoes it.
            image = (image ^ image >> shift) * third & mask
            image = (image ^ image >> shift) * second & mask
            image = (image ^ image >> shift) * first & mask
            image = image - self._add & mask
            if image < self.size:
                return image
