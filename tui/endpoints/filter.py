"""The filter language of the endpoints."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...store import filters
from ...store.filters import days_span, within
from ...store.views.endpoint import need_text
from .rows import EndpointRow

Predicate = filters.Predicate[EndpointRow]

HELP = (
    ("gateway incomplete", "all the words, anywhere: host, need, certificate, notes …"),
    ("is:older", "served, other, older, unknown, unreachable; is:older,unknown"),
    ("need:gateway-ssl", "the need that it is for; need:none"),
    ("days:<30  days:0..90", "days until what it serves expires; also > <= >= ="),
    ("note:ssl-error-61", "with such a note, or the beginning of one"),
    ("host:example.com", "in its host name or address"),
    ("-is:served", "a minus before a term turns it round"),
)


def parse_filter(text: str) -> filters.Filter[EndpointRow]:
    """The filter for ``text``."""
    return filters.build(text, _FIELDS, lambda word: lambda row: word in row.haystack)


def _is(value: str) -> Predicate:
    wanted = [one for one in value.split(",") if one]
    return lambda row: any((row.verdict.verdict or "not-checked").startswith(one) for one in wanted)


def _need(value: str) -> Predicate:
    if value == "none":
        return lambda row: row.verdict.endpoint.need is None
    return lambda row: need_text(row.verdict.endpoint).lower().startswith(value)


def _days(value: str) -> Predicate:
    least, most = days_span(value)
    return lambda row: (
        row.days is not None and (least is None or least <= row.days) and (most is None or row.days <= most)
    )


def _note(value: str) -> Predicate:
    return lambda row: any(note.code.startswith(value) for note in row.verdict.notes)


_FIELDS: Mapping[str, Callable[[str], Predicate]] = {
    "is": _is,
    "need": _need,
    "days": _days,
    "note": _note,
    "host": within(lambda row: row.verdict.endpoint.host),
}
