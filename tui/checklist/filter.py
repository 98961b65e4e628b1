"""The filter language of the checklist: words found anywhere in a line, and ``field:value``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...store import filters
from ...store.checklist.checklist import group_title
from ...store.checklist.checklist_row import ChecklistRow, Mark
from ...store.components.needs import BY_ID, Group
from ...store.filters import days_span, within
from ...store.inventory.status import is_asked_for
from ...store.model.certificate import Status
from .table import ChecklistLine

Predicate = filters.Predicate[ChecklistLine]

HELP = (
    ("gateway exchange", "all the words, anywhere in the line"),
    ("status:missing", "expired, critical, expiring, valid, not, managed"),
    ("stopped  degraded", "now; -stopped is the rest"),
    ("group:mdx", "endpoint, mdx, gateway, other"),
    ("need:apns", "by the id of the need, as on the command line"),
    ("days:<30  days:0..90", "days left; also > <= >= ="),
)


def parse_filter(text: str) -> filters.Filter[ChecklistLine]:
    """The filter for ``text``. A part's heading is shown with any of its needs."""
    found = filters.build(text, _FIELDS, _word)
    matches = found.matches
    if matches is None:
        return found
    return filters.Filter(
        lambda line: matches(line) if line.row is not None else any(map(matches, line.needs)), found.problem
    )


def _word(word: str) -> Predicate:
    return lambda line: word in line.haystack


def _of_row(of: Callable[[ChecklistRow], bool]) -> Predicate:
    return lambda line: line.row is not None and of(line.row)


def _status(value: str) -> Predicate:
    wanted = value.replace("-", " ")
    return _of_row(lambda row: is_asked_for(str(row.status), wanted) or row.level.value == wanted)


def _days(value: str) -> Predicate:
    least, most = days_span(value)

    def fits(row: ChecklistRow) -> bool:
        days = row.days_left
        return days is not None and (least is None or least <= days) and (most is None or days <= most)

    return _of_row(fits)


_FIELDS: Mapping[str, Callable[[str], Predicate]] = {
    "status": _status,
    "days": _days,
    "need": within(lambda line: "" if line.row is None else line.row.need.id),
    "group": within(lambda line: f"{line.group.value} {group_title(line.group)}"),
}

# The values that are offered while a filter is typed; other keys take any text.
_OFFERED: dict[str, tuple[str, ...]] = {
    "status": (*(one.replace(" ", "-") for one in (*Status, *Mark)), "stopped", "degraded"),
    "days": ("<0", "<30", "<90", "0..90"),
    "need": tuple(BY_ID),
    "group": tuple(one.value for one in Group),
}
VALUES = {field: _OFFERED.get(field, ()) for field in _FIELDS}
