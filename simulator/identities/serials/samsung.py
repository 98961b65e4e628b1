"""Samsung's serial numbers of phones and tablets.

Eleven characters: R for mobile devices, two for the factory, one for the year, one for the month, six for the unit.
The rule is the one by which service centres tell a device's age (for example ``R58M315CL4T``: factory 58, March 2019).
"""

from __future__ import annotations

from datetime import date

from ..data.blocks import DIGITS, LETTERS
from ..model import Model
from ..numbering import Numbering, Part, fixed, letters, spelled
from .manufacture import made

YEARS = {2018: "K", 2019: "M", 2020: "N", 2021: "R", 2022: "T", 2023: "W", 2024: "X", 2025: "Y"}
MONTHS = "123456789ABC"
FACTORIES = ("3C", "52", "58", "5C", "5G", "9W", "F8", "FA", "FC")


def numbering(model: Model) -> Numbering:
    """The serial numbers of a Samsung model."""
    parts = [fixed("R"), Part(FACTORIES, tells=False), made(model, _year_and_month), *letters(DIGITS + LETTERS, 6)]
    return spelled("serial/samsung", parts)


def _year_and_month(day: date) -> str:
    return YEARS[day.year] + MONTHS[day.month - 1]
