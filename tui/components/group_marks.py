"""The mark of each CA group in bars and plots: its fill and its tone, the same on every screen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .text_styles import Tone

# The fills differ even without colour; whole blocks come second, so that the first refresh stands out.
_FILLS = "▒█░▓"
_TONES = (Tone.ACCENT, Tone.VALID, Tone.EXPIRING, Tone.PENDING)


class GroupMark(NamedTuple):
    """A group's name, the character that fills its areas, and their tone."""

    name: str
    fill: str
    tone: Tone


def group_marks(names: Iterable[str]) -> dict[str, GroupMark]:
    """The marks of these groups, oldest first."""
    return {
        name: GroupMark(name, _FILLS[number % len(_FILLS)], _TONES[number % len(_TONES)])
        for number, name in enumerate(names)
    }
