"""Countries and their regions: weights, languages, time zones and working hours, from tables."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from msgspec import Struct

from .owners import fold


class Zone(Struct, frozen=True):
    """A time zone by its name in the IANA database; ``offset`` is that of standard time, in seconds."""

    name: str
    offset: int


class Region(Struct, frozen=True):
    """A part of a country by its code (ISO 3166-2), or the whole of it, with its time zone. ``languages`` are those
    that devices are set to, with their weights."""

    code: str
    zone: Zone
    languages: tuple[tuple[str, int], ...]


class Country(Struct, frozen=True, kw_only=True):
    """A country by its code (ISO 3166). ``weight`` is how many people in a thousand live there; ``regions`` are its
    parts with their weights; ``locales`` are Faker's, whose names it has; working hours are seconds of the day;
    ``letters`` are what mail addresses make of letters before marks are left out."""

    code: str
    weight: int
    locales: tuple[str, ...]
    regions: tuple[tuple[Region, int], ...]
    work_from: int
    work_to: int
    letters: tuple[tuple[str, str], ...]


@cache
def countries() -> tuple[Country, ...]:
    """All countries, in the order of the table."""
    parts: dict[str, list[Mapping[str, str]]] = {}
    for row in rows_of("regions.csv"):
        parts.setdefault(row["region"][:2], []).append(row)
    return tuple(
        Country(
            code=row["country"],
            weight=int(row["weight"]),
            locales=tuple(row["names"].split()),
            regions=tuple((_region(part, row["languages"]), int(part["weight"])) for part in parts[row["country"]]),
            work_from=_second(row["from"]),
            work_to=_second(row["to"]),
            letters=tuple((pair[0], pair[2:]) for pair in row["letters"].split()),
        )
        for row in rows_of("countries.csv")
    )


def directory_form(name: str, letters: Sequence[tuple[str, str]]) -> str:
    """A name as a directory of the country writes it in an address."""
    name = name.lower()
    for letter, written in letters:
        name = name.replace(letter, written)
    return fold(name)


def rows_of(name: str) -> Iterator[Mapping[str, str]]:
    """The rows of a table beside this module."""
    text = (files(__package__) / "data" / name).read_text("utf-8")
    return csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))


def _region(row: Mapping[str, str], languages: str) -> Region:
    zone, _, offset = row["zone"].partition("=")
    spoken = (row["languages"] or languages).split()
    weights = tuple((language, int(weight)) for language, _, weight in (one.partition(":") for one in spoken))
    return Region(row["region"], Zone(zone, int(float(offset) * 3600)), weights)


def _second(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 3600 + int(minute) * 60
