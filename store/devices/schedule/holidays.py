"""Public holidays of countries and their regions, from tables: by year, and for other years by rules."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@lru_cache(maxsize=4096)
def holidays(region: str, year: int) -> frozenset[date]:
    """The holidays of a country or a region (ISO 3166-2) in a year; none where the tables don't have it."""
    country = region[:2]
    if (country, year) not in _by_year():
        return frozenset(_day(rule, year) for rule in _rules().get(country, ()))
    days = set(_by_year()[country, year])
    for day in _by_year().get((region, year), ()):
        if day.startswith("-"):
            days.discard(day[1:])
        else:
            days.add(day)
    return frozenset(date.fromisoformat(f"{year:04}-{day}") for day in days)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm; Meeus, Astronomical Algorithms, chapter 8)."""
    century, rest = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (year % 19 + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@cache
def _by_year() -> Mapping[tuple[str, int], tuple[str, ...]]:
    return {(row["region"], int(row["year"])): tuple(row["days"].split()) for row in _rows("holidays.csv")}


@cache
def _rules() -> Mapping[str, tuple[str, ...]]:
    return {row["country"]: tuple(row["days"].split()) for row in _rows("holiday_rules.csv")}


def _rows(name: str) -> Iterator[Mapping[str, str]]:
    text = Path(__file__).with_name(name).read_text("utf-8")  # importlib.resources takes long to import
    return csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))


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
