"""How command lines that are copied name the devices of a dialog."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 500  # a longer line fits into no shell's history


def words_of(ids: Sequence[int]) -> tuple[object, ...]:
    """Their ids; for more than ``MOST`` the option with a filter, which the person has to fill in."""
    return tuple(ids) if len(ids) <= MOST else ("--search", "FILTER")
