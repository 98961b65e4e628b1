"""Honeywell's serial numbers of mobile computers.

Ten characters: two digits for the year, three for the day of it, one for the line, four hexadecimal ones for the unit
(for example ``17305D8174``, as labels show it). That the sixth can be any digit or letter is an assumption.
"""

from __future__ import annotations

from ..data.blocks import DIGITS, LETTERS
from ..model import Model
from ..numbering import Numbering, letters, spelled
from .manufacture import Made, made
from .zebra import year_and_day


def numbering(model: Model, made: Made = made) -> Numbering:
    """The serial numbers of a Honeywell model."""
    day = made(model, year_and_day, len(DIGITS + LETTERS) * 16**4)
    return spelled("serial/honeywell", [day, *letters(DIGITS + LETTERS, 1), *letters(DIGITS + "ABCDEF", 4)])
