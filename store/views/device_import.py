"""An import of devices: its document, and its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime

from msgspec import Struct

from ..devices_import.importing import DeviceImportResult, TakenLine
from ..model.device import Platform
from ..words import minute, plural
from .platforms import by_platform

NAMED = 20  # refused lines and notes that are shown one by one


class TakenLineDocument(Struct, frozen=True, kw_only=True):
    """A line that changed something, and the id of its device: null for one that it would add."""

    line: int
    id: int | None


class RefusedLineDocument(Struct, frozen=True, kw_only=True):
    """A line that was not taken in, and why."""

    line: int
    code: str
    message: str
    hint: str | None


class DeviceImportDocument(Struct, frozen=True, kw_only=True):
    """What became of the lines of an export. ``renewed`` are the ids of devices with another certificate than before;
    ``missing`` devices of its platforms were in earlier exports only; ``as_of`` is the latest check-in in it."""

    format: str
    total: int
    imported: tuple[TakenLineDocument, ...]
    updated: tuple[TakenLineDocument, ...]
    unchanged: int
    renewed: tuple[int, ...]
    refused: tuple[RefusedLineDocument, ...]
    missing: int
    platforms: dict[Platform, int]
    as_of: datetime | None
    notes: tuple[str, ...]


def device_import_document(result: DeviceImportResult, *, provisional: bool = False) -> DeviceImportDocument:
    """The document of an import; ``provisional``: it is only tried, so what it would add has no ids yet."""
    new = frozenset(one.device_id for one in result.added if provisional)
    return DeviceImportDocument(
        format=result.format,
        total=result.total,
        imported=_taken(result.added, new),
        updated=_taken(result.updated, new),
        unchanged=result.unchanged,
        renewed=tuple(id for id in result.renewed if id not in new),
        refused=tuple(
            RefusedLineDocument(
                line=one.line, code=one.refusal.code, message=one.refusal.message, hint=one.refusal.hint
            )
            for one in result.refused
        ),
        missing=result.missing,
        platforms=result.platforms,
        as_of=result.as_of,
        notes=result.notes,
    )


def _taken(lines: tuple[TakenLine, ...], new: Collection[int]) -> tuple[TakenLineDocument, ...]:
    return tuple(TakenLineDocument(line=one.line, id=None if one.device_id in new else one.device_id) for one in lines)


def import_counts(result: DeviceImportResult) -> str:
    """``5 lines: 4 imported, 1 refused``."""
    counts = (
        (len(result.added), "imported"),
        (len(result.updated), "updated"),
        (result.unchanged, "unchanged"),
        (len(result.refused), "refused"),
    )
    told = ", ".join(f"{count:,} {word}" for count, word in counts if count)
    return f"{plural(result.total, 'line')}: {told or 'nothing to import'}"


def import_lines(result: DeviceImportResult) -> Iterator[str]:
    """What an import did, in sentences; the counts first."""
    yield import_counts(result)
    yield f"format: {result.title}"
    if result.platforms:
        told = by_platform(Counter({platform.value: count for platform, count in result.platforms.items()}))
        seen = "" if result.as_of is None else f"; the latest check-in is of {minute(result.as_of)} UTC"
        yield f"devices: {told}{seen}"
    if result.renewed:
        yield f"{plural(len(result.renewed), 'device')} with another certificate than before"
    if result.missing:
        yield f"{plural(result.missing, 'device')} of these platforms in earlier imports only"


def refusal_hints(result: DeviceImportResult) -> list[str]:
    """What to do about the refused lines: each hint once, for at most three codes, the commonest first."""
    hints: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for one in result.refused:
        counts[one.refusal.code] += 1
        if one.refusal.hint:
            hints.setdefault(one.refusal.code, one.refusal.hint)
    return [f"{code}: {hints[code]}" for code, _ in counts.most_common() if code in hints][:3]
