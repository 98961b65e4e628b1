"""What a check says."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

Progress = Callable[[int, int], None]


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong. ``record`` names where (``certificate:12``)."""

    code: str
    record: str
    message: str


class CheckReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found, and how many documents of each table it read."""

    problems: tuple[Problem, ...]
    counts: dict[str, int]

    @property
    def clean(self) -> bool:
        """Nothing is wrong."""
        return not self.problems
