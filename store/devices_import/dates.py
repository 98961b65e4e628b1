"""Dates as exports write them. A date that may be two days, or a time without a zone, is refused, not guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

from ..errors import Refusal

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_CLOCK = (
    r"(?:[T ,]+(?:at )?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"(?:\s?(?P<half>[ap])\.?m\.?)?(?:\s?(?P<zone>[+-]\d{2}:?\d{2}|[A-Z][A-Z0-9:+-]{0,9}))?)?"
)
_FORMS = [
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (
        rf"(?P<year>\d{{4}})(?P<sign>[-/.])(?P<month>\d{{1,2}})(?P=sign)(?P<day>\d{{1,2}}){_CLOCK}",
        rf"(?P<first>\d{{1,2}})(?P<sign>[-/.])(?P<next>\d{{1,2}})(?P=sign)(?P<year>\d{{4}}|\d{{2}}){_CLOCK}",
        rf"(?:[a-z]{{3,9}}, )?(?P<day>\d{{1,2}})[ -]{_MONTH}[ ,-]+(?P<year>\d{{4}}|\d{{2}}){_CLOCK}",
        rf"(?:[a-z]{{3,9}}, )?{_MONTH} (?P<day>\d{{1,2}}),? (?P<year>\d{{4}}){_CLOCK}",
        # As Java writes it: Sat Nov 28 10:00:00 UTC 2026
        rf"[a-z]{{3}} {_MONTH} (?P<day>\d{{1,2}}) (?P<hour>\d{{2}}):(?P<minute>\d{{2}}):(?P<second>\d{{2}}) "
        r"(?P<half>)(?P<zone>[A-Z0-9:+-]{1,10}) (?P<year>\d{4})",
    )
]
_NEVER = frozenset({"", "-", "--", "never", "n/a", "na", "none", "null", "unknown", "not available", "not applicable"})
_EPOCH = re.compile(r"\d{10}(\d{3})?", re.ASCII)
_SLASHES = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](?:\d{4}|\d{2})(?!\d)", re.ASCII)
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", re.ASCII)
_UTC = ("Z", "UTC", "GMT")
EARLIEST, LATEST = 1990, 2200
_ZONE_HINT = "Name the zone: --time-zone UTC, or --time-zone Europe/Berlin."
_ORDER_HINT = "Name the order: --dates day-first, or --dates month-first."


class DateOrder(StrEnum):
    """Which number of ``03/04/2026`` is the day."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


class DateRules(Struct, frozen=True):
    """How the dates of an export are read: their order, and the zone of times that name none; None is not known."""

    order: DateOrder | None = None
    zone: tzinfo | None = None


def zone_named(name: str) -> tzinfo:
    """A time zone of the IANA database, or ``UTC``. Refuses with ``time-zone-unknown``."""
    if name.upper() in _UTC:
        return UTC
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # a folder, a path, or nothing of that name
        raise Refusal("time-zone-unknown", f"{name!r} is no time zone", _ZONE_HINT) from None


def order_shown_by(texts: Iterable[str]) -> DateOrder | None:
    """The order that some of the dates of a file show (``28/11/2026``); None if none does, or they contradict."""
    shown = set()
    for text in texts:
        if found := _SLASHES.match(text):
            first, second = int(found[1]), int(found[2])
            if first > 12 >= second:
                shown.add(DateOrder.DAY_FIRST)
            elif second > 12 >= first:
                shown.add(DateOrder.MONTH_FIRST)
    return shown.pop() if len(shown) == 1 else None


def read_date(text: str, rules: DateRules) -> datetime | None:
    """The time in UTC; None for *never* and its like. A day without a time is its first moment.

    Refuses with ``date-unreadable``, ``date-ambiguous`` or ``time-zone-unknown``.
    """
    text = text.strip()
    if text.casefold() in _NEVER:
        return None
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    found = next((match for form in _FORMS if (match := form.fullmatch(text))), None)
    if found is None:
        raise _unreadable(text)
    try:
        day, clock, zone = _day(found, text, rules), _clock(found), found["zone"]
        if clock is None:
            at = datetime(day.year, day.month, day.day, tzinfo=rules.zone or UTC)
        else:
            at = datetime(day.year, day.month, day.day, *clock, tzinfo=_zone(zone, text, rules))
        at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _unreadable(text) from None
    if not EARLIEST <= at.year <= LATEST:
        raise _unreadable(text)
    return at


def _day(found: re.Match[str], text: str, rules: DateRules) -> date:
    groups = found.groupdict()
    year = int(groups["year"]) + (2000 if len(groups["year"]) == 2 else 0)
    if name := groups.get("name"):
        return date(year, _MONTHS.index(name.lower()) + 1, int(groups["day"]))
    if "first" not in groups:
        return date(year, int(groups["month"]), int(groups["day"]))
    first, second = int(groups["first"]), int(groups["next"])
    order = rules.order
    if groups["sign"] == "." or first > 12 >= second or first == second:  # only written with the day first
        order = DateOrder.DAY_FIRST
    elif second > 12 >= first:
        order = DateOrder.MONTH_FIRST
    if order is None:
        said = f"{text!r} may be {date(year, second, first)} or {date(year, first, second)}"
        raise Refusal("date-ambiguous", said, _ORDER_HINT)
    return date(year, second, first) if order is DateOrder.DAY_FIRST else date(year, first, second)


def _clock(found: re.Match[str]) -> tuple[int, int, int] | None:
    if found["hour"] is None:
        return None
    hour, half = int(found["hour"]), found["half"]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    return hour, int(found["minute"]), int(found["second"] or 0)


def _zone(name: str | None, text: str, rules: DateRules) -> tzinfo:
    if name is None:
        if rules.zone is None:
            raise Refusal("time-zone-unknown", f"{text!r} doesn't say its time zone", _ZONE_HINT)
        return rules.zone
    if name.upper() in _UTC:
        return UTC
    if offset := _OFFSET.fullmatch(name.upper()):
        by = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(by if offset[1] == "+" else -by)
    if rules.zone is None:  # CST is a zone in America and another one in China
        raise Refusal("time-zone-unknown", f"{text!r}: {name} names several time zones", _ZONE_HINT)
    return rules.zone


def _unreadable(text: str) -> Refusal:
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    return Refusal("date-unreadable", f"{shown!r} is no date that can be read", "Write 2026-11-28T10:00:00Z.")
