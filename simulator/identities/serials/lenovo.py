"""Lenovo's serial numbers of ThinkPads.

Eight characters, as on the label after the machine type: two for the factory, of which PF is the most common on
laptops, and six for the unit, without the letters I and O. Lenovo's warranty page takes them in this form.
"""

from __future__ import annotations

from ..data.blocks import DIGITS, LETTERS
from ..numbering import Part, letters, spelled

NUMBERING = spelled("serial/lenovo", [Part(("PF", "PC", "PW"), tells=False), *letters(DIGITS + LETTERS, 6)])
