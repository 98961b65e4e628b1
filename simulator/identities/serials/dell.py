"""Dell's service tags.

Seven characters, a number to the base 36: Dell's express service code is the same number in decimal. Tags don't begin
with a zero, hold no vowels, and end with a digit that goes up every few years (the days are assumptions, from tags that
owners show with the age of their device).
"""

from __future__ import annotations

from datetime import date

from ..data.blocks import CONSONANTS, DIGITS
from ..model import Model
from ..numbering import Numbering, letters, spelled
from .manufacture import Made, made

# The first day of each last digit.
LAST_DIGITS = ((date(2013, 7, 1), "2"), (date(2019, 10, 1), "3"), (date(2022, 10, 1), "4"), (date(2026, 1, 1), "5"))


def numbering(model: Model, made: Made = made) -> Numbering:
    """The service tags of a Dell model."""
    first, rest = DIGITS[1:] + CONSONANTS, DIGITS + CONSONANTS
    last = made(model, _last_digit, len(first) * len(rest) ** 5)
    return spelled("serial/dell", [*letters(first, 1), *letters(rest, 5), last])


def _last_digit(day: date) -> str:
    return [digit for since, digit in LAST_DIGITS if since <= day][-1]
