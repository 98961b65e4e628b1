"""Motorola's serial numbers of phones.

Ten characters that begin with ZY22 or ZY32, as the labels and the developers' logs show them; without I and O.
"""

from __future__ import annotations

from ..data.blocks import DIGITS, LETTERS
from ..numbering import Part, letters, spelled

NUMBERING = spelled("serial/motorola", [Part(("ZY22", "ZY32"), tells=False), *letters(DIGITS + LETTERS, 6)])
"""The same for all models."""
