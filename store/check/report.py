"""The result of a check."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

Progress = Callable[[int, int], None]


class Problem(msgspec.Struct, frozen=True):
    """One problem. ``record`` names the record (``certificate:12``)."""

    code: str
    record: str
    message: str


class CheckReport(msgspec.Struct, frozen=True, kw_only=True):
    """The problems that a check found, and the number of documents read per table."""

    problems: tuple[Problem, ...]
    counts: dict[str, int]

    @property
    def clean(self) -> bool:
        """Whether there are no problems."""
        return not self.problems
