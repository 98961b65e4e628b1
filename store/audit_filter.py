"""The filter language of the audit trail: ``user:ann action:certificate since:2026-01-05 apns``.

Words are searched in the whole line, and all must match; ``-`` negates a term; quotes keep spaces together.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from . import filters
from .audit import PAGE, AuditTrail
from .filters import Unclear, within
from .model.audit import AuditLine
from .words import minute

Filter = filters.Filter[AuditLine]
Predicate = filters.Predicate[AuditLine]


def parse_filter(text: str) -> Filter:
    """The filter for ``text``; times are UTC unless an offset is given, and a day after ``until`` is meant whole."""
    return filters.build(text, _FIELDS, lambda word: lambda line: word in _haystack(line))


def newest(audit: AuditTrail, matches: Predicate, limit: int, before: int | None = None) -> list[AuditLine]:
    """The newest lines that match, newest first, at most ``limit``; ``before`` an id, only older ones."""
    found: list[AuditLine] = []
    while len(found) < limit and (page := audit.tail(PAGE, before)):
        found += filter(matches, page)
        before = page[-1].id
    return found[:limit]


def _haystack(line: AuditLine) -> str:
    return f"{minute(line.at)} {line.user} {line.origin} {line.action} {line.record} {line.summary}".lower()


def _action(value: str) -> Predicate:
    return lambda line: line.action.lower().startswith(value)


def _since(value: str) -> Predicate:
    start, _ = _period("since", value)
    return lambda line: line.at >= start


def _until(value: str) -> Predicate:
    _, end = _period("until", value)
    return lambda line: line.at < end


def _period(name: str, value: str) -> tuple[datetime, datetime]:
    """A day from its begin to its end, or a moment."""
    try:
        start = datetime.fromisoformat(value.upper())
        start = start.replace(tzinfo=UTC) if start.tzinfo is None else start.astimezone(UTC)
        return start, start + timedelta(days=len(value) <= len("2026-01-05"))
    except (ValueError, OverflowError):
        raise Unclear(f"{name}: takes a day or a time, as in {name}:2026-01-05 or {name}:2026-01-05T08:00") from None


_FIELDS: dict[str, Callable[[str], Predicate]] = {
    "user": within(lambda line: line.user),
    "from": within(lambda line: line.origin or ""),
    "action": _action,
    "record": lambda value: lambda line: line.record.lower() == value,
    "since": _since,
    "until": _until,
}
VALUES: dict[str, tuple[str, ...]] = dict.fromkeys(_FIELDS, ())
"""The keys, for completion; each takes any text."""
