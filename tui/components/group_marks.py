"""What stands for each CA group in bars and plots: a fill of its own and an ink, the same on every screen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..shell.looks import Ink

# The fills differ where there is no colour; whole blocks come second, so that the first refresh stands out.
_FILLS = "▒█░▓"
_INKS = (Ink.ACCENT, Ink.VALID, Ink.EXPIRING, Ink.PENDING)


class GroupMark(NamedTuple):
    """A group's name, the character that fills its areas, and their ink."""

    name: str
    fill: str
    ink: Ink


def group_marks(names: Iterable[str]) -> dict[str, GroupMark]:
    """The marks of these groups, oldest first."""
    return {
        name: GroupMark(name, _FILLS[number % len(_FILLS)], _INKS[number % len(_INKS)])
        for number, name in enumerate(names)
    }
