"""Google's serial numbers of Pixel phones.

Fourteen characters: last digit of the year, month (1 to C), day, a 1, four for factory and model, five for the unit of
that day. Google doesn't publish it; it shows in the serial numbers that developers quote (``21151FDF6005DE`` is a
Pixel 6 of 15 January 2022). One factory (FD) counts units with letters after two zeros, the other (JE) in digits.
"""

from __future__ import annotations

from datetime import date

from ..data.blocks import DIGITS, LETTERS
from ..model import Model
from ..numbering import Numbering, fixed, letters, spelled
from .manufacture import Made, made

MONTHS = "123456789ABC"


def numbering(model: Model, made: Made = made) -> Numbering:
    """The serial numbers of a Pixel, which has a code."""
    assert model.code is not None
    numeric = model.code.startswith("JE")
    unit = letters(DIGITS, 5) if numeric else [fixed("00"), *letters(DIGITS + LETTERS, 3)]
    parts = [made(model, _day, 10**5 if numeric else len(DIGITS + LETTERS) ** 3), fixed("1"), fixed(model.code), *unit]
    return spelled(f"serial/pixel/{model.code}", parts)


def _day(day: date) -> str:
    return f"{day.year % 10}{MONTHS[day.month - 1]}{day.day:02}"
