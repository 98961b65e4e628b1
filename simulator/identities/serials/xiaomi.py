"""Xiaomi's serial numbers, as its phones with a Qualcomm chip tell them: eight hexadecimal digits."""

from __future__ import annotations

from ..numbering import Numbering

NUMBERING = Numbering("serial/xiaomi", lambda number: f"{number:08X}", 1 << 32)
"""The same for all models."""
