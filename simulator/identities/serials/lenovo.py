"""Lenovo's serial numbers of ThinkPads.

Eight characters, as on the label after the machine type: two for the factory, mostly PF on laptops, and six for the
unit, without the letters I and O. Lenovo's warranty page takes them in this form.
"""

from __future__ import annotations

from ..data.blocks import DIGITS, LETTERS
from ..numbering import NumberPart, letters, spelled

FACTORIES = ("PF", "PF", "PF", "PF", "PF", "PF", "PF", "PF", "PC", "PW")
NUMBERING = spelled("serial/lenovo", [NumberPart(FACTORIES, tells=False), *letters(DIGITS + LETTERS, 6)])
