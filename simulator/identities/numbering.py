"""Numberings: an identity as an encoding of a number.

Every form of identity (IMEI, serial number, UDID …) is a size and a function that writes each number below that size
differently. For random identities, take any number; for unique ones, give each number once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import product

from msgspec import Struct

_LARGEST_TABLE = 2_000


class Numbering(Struct, frozen=True):
    """The encoding of one kind of identity.

    Numbers that differ modulo ``distinct`` are written differently. The quotient, a number below ``variants``, fills
    the parts that don't make a device unique, such as a date of manufacture.

    Numberings with the same ``name`` share one sequence: they have the same ``distinct``, and different numbers give
    different texts. Texts of two names always differ, or are of different kinds.
    """

    name: str
    write: Callable[[int], str]
    distinct: int
    variants: int = 1

    @property
    def size(self) -> int:
        """How many numbers can be written."""
        return self.distinct * self.variants


class Part(Struct, frozen=True):
    """A part of a text with a few options. ``tells``: it contributes to uniqueness."""

    options: Sequence[str]
    tells: bool = True


def spelled(name: str, parts: Sequence[Part]) -> Numbering:
    """The numbering whose texts are one option of each part, in order."""
    order = sorted(range(len(parts)), key=lambda place: not parts[place].tells)
    wheels = [(place, parts[place].options, len(parts[place].options)) for place in order]
    blank = [""] * len(parts)

    def write(number: int) -> str:
        texts = blank.copy()
        for place, options, size in wheels:
            number, option = divmod(number, size)
            texts[place] = options[option]
        return "".join(texts)

    distinct = variants = 1
    for part in parts:
        if part.tells:
            distinct *= len(part.options)
        else:
            variants *= len(part.options)
    return Numbering(name, write, distinct, variants)


def fixed(text: str) -> Part:
    """A part that is always the same."""
    return Part((text,))


def letters(alphabet: str, length: int) -> list[Part]:
    """This many characters of the alphabet."""
    width = 1
    while width < length and len(alphabet) ** (width + 1) <= _LARGEST_TABLE:
        width += 1
    whole, rest = divmod(length, width)
    return [Part(_words(alphabet, width))] * whole + ([Part(_words(alphabet, rest))] if rest else [])


@lru_cache(maxsize=64)
def _words(alphabet: str, length: int) -> tuple[str, ...]:
    return tuple("".join(word) for word in product(alphabet, repeat=length))
