"""The result of a check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec

from ..seals.seals import Judgement

Progress = Callable[[int, int], None]


class Problem(msgspec.Struct, frozen=True):
    """One problem. ``record`` names the record (``certificate:12``)."""

    code: str
    record: str
    message: str


def differences(record: msgspec.Struct, said: Mapping[str, object], where: str) -> Iterator[Problem]:
    """The fields of a record that are not what its certificate says."""
    for field, value in said.items():
        if getattr(record, field) != value:
            yield Problem("record-differs", where, f"its {field} differs from the certificate's")


class CheckReport(msgspec.Struct, frozen=True, kw_only=True):
    """The problems that a check found, the number of documents read per table, and what the seals say of the audit
    trail; None where nothing was sealed, or the records couldn't be read."""

    problems: tuple[Problem, ...]
    counts: dict[str, int]
    seal: Judgement | None = None

    @property
    def clean(self) -> bool:
        """Whether there are no problems."""
        return not self.problems
