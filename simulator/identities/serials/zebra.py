"""Zebra's serial numbers of mobile computers.

Fourteen digits: two for the year, three for the day of it, 52 for the factory, seven for the unit; as the labels on
sale show them (for example ``18114522500538``). Zebra says what the first five mean in its warranty check.
"""

from __future__ import annotations

from datetime import date

from ..data.blocks import DIGITS
from ..model import Model
from ..numbering import Numbering, fixed, letters, spelled
from .manufacture import Made, made


def numbering(model: Model, made: Made = made) -> Numbering:
    """The serial numbers of a Zebra model."""
    return spelled("serial/zebra", [made(model, year_and_day, 10**7), fixed("52"), *letters(DIGITS, 7)])


def year_and_day(day: date) -> str:
    """Five digits."""
    return f"{day:%y%j}"
