"""Apple's serial numbers.

From 2010 twelve characters: three for the factory, one for the half-year, one for the week in it, three for the unit,
four for the configuration. Models that came out since the spring of 2021 have a randomised number, of ten characters
to begin with. The older form was worked out by many owners together (for example the collection "Decoding Apple
serials" of the MacRumors forum); Apple announced the newer one to its service partners in March 2021.
"""

from __future__ import annotations

from datetime import date

from ..data.blocks import DIGITS, LETTERS
from ..model import Model
from ..numbering import Numbering, NumberPart, fixed, letters, spelled
from .manufacture import Made, made

# Half-years count through these from the first of 2010 (C), and begin again in 2020.
HALF_YEARS = "CDFGHJKLMNPQRSTVWXYZ"
# Weeks of a half-year, from the first.
WEEKS = "123456789CDFGHJKLMNPQRTVWXY"
# Factories that have been seen on devices of each kind.
FACTORIES = {
    "iOS": ("C39", "DNP", "DNQ", "DX3", "F17", "F2L", "F4G", "FFM", "G0N", "G6T"),
    "iPadOS": ("DLX", "DMP", "DMQ", "F9F", "GCT", "GG7"),
    "macOS": ("C02", "C07", "C17", "FVF", "FVH"),
}
# The randomised numbers have no vowels, and none of the letters that look like a digit.
RANDOM_LETTERS = "CDFGHJKLMNPQRTVWXY"


def numbering(model: Model, made: Made = made) -> Numbering:
    """The serial numbers of an Apple model. A model of the older form has a code."""
    if model.code is None:
        return RANDOMISED
    factories = FACTORIES[model.os_name]
    parts = [
        NumberPart(factories),
        made(model, _half_year_and_week, len(factories) * len(DIGITS + LETTERS) ** 3),
        *letters(DIGITS + LETTERS, 3),
        fixed(model.code),
    ]
    return spelled(f"serial/apple/{model.code}", parts)


def _half_year_and_week(day: date) -> str:
    second = day.month > 6
    start = date(day.year, 7 if second else 1, 1)
    half_year = HALF_YEARS[((day.year - 2010) * 2 + second) % len(HALF_YEARS)]
    return half_year + WEEKS[(day - start).days // 7]


RANDOMISED = spelled("serial/apple", [*letters(RANDOM_LETTERS, 1), *letters(RANDOM_LETTERS + DIGITS, 9)])
