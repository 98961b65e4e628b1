"""Serial numbers of makers that only a site's own tables name: the maker's first letters, and eight letters and
digits."""

from __future__ import annotations

from ..data.blocks import DIGITS, LETTERS
from ..model import Model
from ..numbering import Numbering, fixed, letters, spelled


def numbering(model: Model) -> Numbering:
    """Those of a maker; its name's first letters come first, so that no two makers share one."""
    mark = "".join(letter for letter in model.maker.upper() if letter.isascii() and letter.isalpha())[:4] or "X"
    return spelled(f"serial/{mark}", [fixed(f"{mark}-"), *letters(DIGITS + LETTERS, 8)])
