"""Public holidays by country, from a table."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib.resources import files

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@lru_cache(maxsize=4096)
def holidays(country: str, year: int) -> frozenset[date]:
    """The holidays of a year; none for a country that the table doesn't have."""
    return frozenset(_day(rule, year) for rule in _rules().get(country, ()))


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm; Meeus, Astronomical Algorithms, chapter 8)."""
    century, rest = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (year % 19 + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@cache
def _rules() -> Mapping[str, tuple[str, ...]]:
    text = (files(__package__) / "holidays.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {row["country"]: tuple(row["days"].split()) for row in rows}


def _day(rule: str, year: int) -> date:
    """``12-25``; ``easter+39``; ``09:mon+1``, the first Monday of September; ``05:mon-1``, the last of May."""
    if rule.startswith("easter"):
        return easter(year) + timedelta(days=int(rule.removeprefix("easter")))
    month, _, nth = rule.partition(":")
    if not nth:
        return date.fromisoformat(f"{year:04}-{rule}")
    weekday, count = _WEEKDAYS.index(nth[:3]), int(nth[3:])
    if count > 0:
        first = date(year, int(month), 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))
    last = date(year, int(month) + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)
