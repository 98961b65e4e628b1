"""Motorola's serial numbers of phones.

Ten characters that begin with ZY22 or ZY32, as the labels and the developers' logs show them; without I and O.
"""

from __future__ import annotations

from ..data.blocks import DIGITS, LETTERS
from ..numbering import NumberPart, letters, spelled

NUMBERING = spelled("serial/motorola", [NumberPart(("ZY22", "ZY32"), tells=False), *letters(DIGITS + LETTERS, 6)])
"""The same for all models."""
