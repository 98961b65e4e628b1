"""Samsung's serial numbers of phones and tablets.

Eleven characters: R for mobile devices, two for the factory, one for the year, one for the month, a digit, five for the
unit. The rule is the one by which service centres tell a device's age (for example ``R58M315CL4T``: factory 58, March
2019). Years went through the same letters before; those after 2025 are taken from that time.
"""

from __future__ import annotations

from datetime import date

from ..data.blocks import DIGITS, LETTERS
from ..model import Model
from ..numbering import Numbering, NumberPart, fixed, letters, spelled
from .manufacture import Made, made

FIRST_YEAR = 2018
YEARS = "KMNRTWXYLPQSZBCDFGHJ"
MONTHS = "123456789ABC"
FACTORIES = ("3C", "52", "58", "5C", "5G", "9W", "F8", "FA", "FC")


def numbering(model: Model, made: Made = made) -> Numbering:
    """The serial numbers of a Samsung model."""
    date_of = made(model, year_and_month, len(DIGITS) * len(DIGITS + LETTERS) ** 5)
    parts = [fixed("R"), NumberPart(FACTORIES, tells=False), date_of, NumberPart(DIGITS), *letters(DIGITS + LETTERS, 5)]
    return spelled("serial/samsung", parts)


def year_and_month(day: date) -> str:
    """Two characters."""
    return YEARS[(day.year - FIRST_YEAR) % len(YEARS)] + MONTHS[day.month - 1]
