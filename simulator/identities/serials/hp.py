"""HP's serial numbers of personal systems.

Ten characters: three for the site, the last digit of the year, two digits of the week, four for the unit to the base
31, in which the vowels are left out (HP, "How to decode a PSG HP serial number", in force since 17 March 2003).
"""

from __future__ import annotations

from datetime import date

from ..data.blocks import CONSONANTS, DIGITS
from ..model import Model
from ..numbering import Numbering, NumberPart, letters, spelled
from .manufacture import Made, made

SITES = ("5CD", "5CG", "8CG")


def numbering(model: Model, made: Made = made) -> Numbering:
    """The serial numbers of an HP laptop."""
    units = len(SITES) * len(DIGITS + CONSONANTS) ** 4
    return spelled(
        "serial/hp", [NumberPart(SITES), made(model, _year_and_week, units), *letters(DIGITS + CONSONANTS, 4)]
    )


def _year_and_week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year % 10}{week:02}"
