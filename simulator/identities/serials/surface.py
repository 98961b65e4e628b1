"""Microsoft's serial numbers of Surface devices: twelve digits, of which the first is a zero.

Microsoft says where to find it (support.microsoft.com, "Find the serial number on Surface devices"), not how it is
made up.
"""

from __future__ import annotations

from ..data.blocks import DIGITS
from ..numbering import fixed, letters, spelled

NUMBERING = spelled("serial/surface", [fixed("0"), *letters(DIGITS, 11)])
