"""What a bulk import and a bulk deletion came to, file by file."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from ..errors import Refusal
from ..model.bulk import DeviceIdentityCertificate


class Outcome(StrEnum):
    """What came of one file."""

    IMPORTED = "imported"
    REPLACED = "replaced"
    ALREADY_THERE = "already there"
    REFUSED = "refused"


class FileResult(Struct, frozen=True, kw_only=True):
    """What came of one file of an archive.

    ``file`` is its path in the archive, ``identity`` what its name says, in its one way of writing where it is one.
    ``record`` is the certificate as it is now, None if the file was refused: then ``refusal`` says why. ``replaced`` is
    the certificate that the identity had before. ``notes`` are sentences for the person who asked.
    """

    file: str
    identity: str
    outcome: Outcome
    record: DeviceIdentityCertificate | None = None
    replaced: DeviceIdentityCertificate | None = None
    refusal: Refusal | None = None
    notes: tuple[str, ...] = ()


class BulkResult(Struct, frozen=True, kw_only=True):
    """What an import came to: a result for each file, in the archive's order.

    ``total`` is how many PKCS #12 files the archive holds; where the import was ``stopped``, there are fewer results.
    ``notes`` are about the archive as a whole.
    """

    results: tuple[FileResult, ...]
    total: int
    notes: tuple[str, ...] = ()

    @property
    def stopped(self) -> bool:
        """Whether it was stopped before the end."""
        return len(self.results) < self.total

    def with_outcome(self, outcome: Outcome) -> list[FileResult]:
        """The files with that outcome."""
        return [result for result in self.results if result.outcome is outcome]


class Deletion(Struct, frozen=True, kw_only=True):
    """What came of one identity of a deletion. ``line`` is its line in the file, or its place in the list, from 1.

    ``record`` is what was deleted; None if it was refused, and ``refusal`` says why.
    """

    line: int
    identity: str
    record: DeviceIdentityCertificate | None = None
    refusal: Refusal | None = None


def counted(outcomes: Iterable[Outcome]) -> str:
    """``1,998 imported, 1 replaced, 1 refused``; ``no file`` for none."""
    found = list(outcomes)
    counts = ((found.count(outcome), outcome) for outcome in Outcome)
    return ", ".join(f"{count:,} {outcome}" for count, outcome in counts if count) or "no file"
