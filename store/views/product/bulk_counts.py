"""What a bulk import or removal came to, as the product counts it: numbers as text."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from ...bulk.results import BulkResult, Deletion, Outcome

_NOT_THERE = "bulk-unknown"


class BulkCounts(Struct, frozen=True, kw_only=True, rename="camel"):
    """``skipCount`` is what was there already, or what there was nothing to remove of."""

    success_count: str
    failed_count: str
    skip_count: str


def import_counts(result: BulkResult) -> BulkCounts:
    """The counts of an import."""
    done = len(result.with_outcome(Outcome.IMPORTED)) + len(result.with_outcome(Outcome.REPLACED))
    skipped = len(result.with_outcome(Outcome.ALREADY_THERE))
    return BulkCounts(
        success_count=str(done),
        failed_count=str(len(result.with_outcome(Outcome.REFUSED))),
        skip_count=str(skipped),
    )


def removal_counts(results: Sequence[Deletion]) -> BulkCounts:
    """The counts of a removal: an identity without a certificate is skipped."""
    done = sum(one.record is not None for one in results)
    skipped = sum(one.refusal is not None and one.refusal.code == _NOT_THERE for one in results)
    return BulkCounts(success_count=str(done), failed_count=str(len(results) - done - skipped), skip_count=str(skipped))
