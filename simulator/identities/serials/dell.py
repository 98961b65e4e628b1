"""Dell's service tags.

Seven characters, a number to the base 36: Dell's express service code is the same number in decimal. Tags don't begin
with a zero, hold no vowels, and those of the last years end with a digit that goes up every few years.
"""

from __future__ import annotations

from ..data.blocks import CONSONANTS, DIGITS
from ..numbering import Part, letters, spelled

NUMBERING = spelled(
    "serial/dell",
    [*letters(DIGITS[1:] + CONSONANTS, 1), *letters(DIGITS + CONSONANTS, 5), Part(("2", "3", "4"), tells=False)],
)
