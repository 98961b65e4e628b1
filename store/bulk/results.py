"""The results of a bulk import or deletion, per file."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from ..errors import Refusal
from ..model.bulk import DeviceIdentityCertificate


class Outcome(StrEnum):
    """The outcome of one file."""

    IMPORTED = "imported"
    REPLACED = "replaced"
    ALREADY_THERE = "already there"
    REFUSED = "refused"


class FileResult(Struct, frozen=True, kw_only=True):
    """The result of one file of an archive.

    ``file`` is its path in the archive, ``identity`` the one in its name, normalised if valid. ``record`` is the
    certificate now, None if the file was refused; then ``refusal`` says why. ``replaced`` is the identity's previous
    certificate. ``notes`` are sentences for the user.
    """

    file: str
    identity: str
    outcome: Outcome
    record: DeviceIdentityCertificate | None = None
    replaced: DeviceIdentityCertificate | None = None
    refusal: Refusal | None = None
    notes: tuple[str, ...] = ()


class BulkResult(Struct, frozen=True, kw_only=True):
    """The result of an import: one for each file, in the archive's order.

    ``total`` is the number of PKCS #12 files in the archive; if the import was ``stopped``, there are fewer results.
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
        """The results with that outcome."""
        return [result for result in self.results if result.outcome is outcome]


class Deletion(Struct, frozen=True, kw_only=True):
    """The result of one identity of a deletion. ``line`` is its line in the file, or its position in the list, from 1.

    ``record`` is the deleted one; None if it was refused, and ``refusal`` says why.
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
