"""Numberings: an identity as a way to write a number.

Every form of identity (IMEI, serial number, UDID …) is a size and a function that writes each number below that size
differently. Who draws at random takes any number; who must not draw twice hands out the numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import product

from msgspec import Struct

_LARGEST_TABLE = 2_000


class Numbering(Struct, frozen=True):
    """How the identities of one kind are written.

    Two numbers that differ modulo ``distinct`` are written differently, whatever else they say. What remains, a number
    below ``variants``, is for parts that don't tell devices apart, such as a date of manufacture.

    ``name`` says what is numbered together. Two numberings of one name have the same ``distinct``, and their texts
    are different wherever the numbers are; the texts of two names are always different, or of different kinds.
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
    """A place in a text that holds one of a few texts. ``tells`` says that it tells devices apart."""

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
    """So many characters, each any of the alphabet."""
    width = 1
    while width < length and len(alphabet) ** (width + 1) <= _LARGEST_TABLE:
        width += 1
    whole, rest = divmod(length, width)
    return [Part(_words(alphabet, width))] * whole + ([Part(_words(alphabet, rest))] if rest else [])


@lru_cache(maxsize=64)
def _words(alphabet: str, length: int) -> tuple[str, ...]:
    return tuple("".join(word) for word in product(alphabet, repeat=length))
