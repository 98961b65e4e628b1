"""Numberings: an identity as an encoding of a number.

Every form of identity (IMEI, serial number, UDID …) is a size and a function that writes each number below that size
differently. For random identities, take any number; for unique ones, give each number once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from itertools import product
from math import prod

from msgspec import Struct

CAPACITY = 1 << 21
"""The largest fleet: every form of identity has room for this many (HP's has the least)."""

_LARGEST_TABLE = 2_000


class Numbering(Struct, frozen=True):
    """The encoding of one kind of identity.

    Numbers that differ modulo ``distinct`` are written differently. The quotient, a number below ``variants``, fills
    the parts that don't make a device unique, such as a date of manufacture.

    Numberings with the same ``name`` share one sequence: they have the same ``distinct``, and different numbers give
    different texts. Texts of two names always differ, or are of different kinds.

    ``write_made`` is for texts that tell when the device was made: it writes a number for a device made by that day.
    From ``made_since`` on that is possible for every number.
    """

    name: str
    write: Callable[[int], str]
    distinct: int
    variants: int = 1
    write_made: Callable[[int, date], str] | None = None
    made_since: date | None = None

    @property
    def size(self) -> int:
        """How many numbers can be written."""
        return self.distinct * self.variants


class NumberPart(Struct, frozen=True):
    """A part of a text with a few options. ``tells``: it contributes to uniqueness.

    ``days`` are those on which each option begins to be used, in order; then ``period`` neighbouring options tell
    devices apart, and which of the periods it is does not.
    """

    options: Sequence[str]
    tells: bool = True
    days: Sequence[date] | None = None
    period: int = 1


def spelled(name: str, parts: Sequence[NumberPart]) -> Numbering:
    """The numbering whose texts are one option of each part, in order. One part at most has days."""
    dated = next((place for place, part in enumerate(parts) if part.days is not None), None)
    others = sorted((place for place in range(len(parts)) if place != dated), key=lambda place: not parts[place].tells)
    wheels = [(place, parts[place].options, len(parts[place].options)) for place in others]
    blank = [""] * len(parts)
    distinct = prod(len(parts[place].options) for place in others if parts[place].tells)
    variants = prod(len(parts[place].options) for place in others if not parts[place].tells)

    def write(number: int) -> str:
        texts = blank.copy()
        for place, options, size in wheels:
            number, option = divmod(number, size)
            texts[place] = options[option]
        return "".join(texts)

    if dated is None:
        return Numbering(name, write, distinct, variants)

    codes, days, period = parts[dated].options, parts[dated].days or (), parts[dated].period
    periods = max(1, len(codes) // period)

    def write_among(number: int, known: int) -> str:
        """Write it with one of the first ``known`` codes."""
        texts = blank.copy()
        number, code = divmod(number, period)
        for place, options, size in wheels:
            number, option = divmod(number, size)
            texts[place] = options[option]
        possible = min(periods, max(1, (known - code + period - 1) // period))
        texts[dated] = codes[code + period * (number * possible // periods)]
        return "".join(texts)

    return Numbering(
        name,
        lambda number: write_among(number, len(codes)),
        distinct * period,
        variants * periods,
        lambda number, day: write_among(number, bisect_right(days, day)),
        days[period - 1],
    )


def fixed(text: str) -> NumberPart:
    """A part that is always the same."""
    return NumberPart((text,))


def letters(alphabet: str, length: int) -> list[NumberPart]:
    """This many characters of the alphabet."""
    width = 1
    while width < length and len(alphabet) ** (width + 1) <= _LARGEST_TABLE:
        width += 1
    whole, rest = divmod(length, width)
    return [NumberPart(_words(alphabet, width))] * whole + ([NumberPart(_words(alphabet, rest))] if rest else [])


@lru_cache(maxsize=64)
def _words(alphabet: str, length: int) -> tuple[str, ...]:
    return tuple("".join(word) for word in product(alphabet, repeat=length))
