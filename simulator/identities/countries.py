"""Countries: weights, time zones and working hours, from a table."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from msgspec import Struct

from .owners import fold


class Zone(Struct, frozen=True):
    """A time zone by its name in the IANA database; ``offset`` is that of standard time, in seconds."""

    name: str
    offset: int


class Country(Struct, frozen=True, kw_only=True):
    """A country by its code (ISO 3166). ``weight`` is how many people in a thousand live there; ``zones`` are its time
    zones with their weights, ``languages`` those of its devices, the country's first; ``locales`` are Faker's, whose
    names it has; working hours are seconds of the day; ``letters`` are what mail addresses make of letters before marks
    are left out."""

    code: str
    languages: tuple[tuple[str, int], ...]
    weight: int
    locales: tuple[str, ...]
    zones: tuple[tuple[Zone, int], ...]
    work_from: int
    work_to: int
    letters: tuple[tuple[str, str], ...]


@cache
def countries() -> tuple[Country, ...]:
    """All countries, in the order of the table."""
    text = (files(__package__) / "data" / "countries.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        Country(
            code=row["country"],
            languages=tuple(_weighted(part) for part in row["languages"].split()),
            weight=int(row["weight"]),
            locales=tuple(row["names"].split()),
            zones=tuple(map(_zone, row["zones"].split())),
            work_from=_second(row["from"]),
            work_to=_second(row["to"]),
            letters=tuple((pair[0], pair[2:]) for pair in row["letters"].split()),
        )
        for row in rows
    )


def directory_form(name: str, letters: Sequence[tuple[str, str]]) -> str:
    """A name as a directory of the country writes it in an address."""
    name = name.lower()
    for letter, written in letters:
        name = name.replace(letter, written)
    return fold(name)


def _weighted(text: str) -> tuple[str, int]:
    name, _, weight = text.partition(":")
    return name, int(weight)


def _zone(text: str) -> tuple[Zone, int]:
    name, _, rest = text.partition("=")
    offset, _, weight = rest.partition(":")
    return Zone(name, int(float(offset) * 3600)), int(weight)


def _second(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 3600 + int(minute) * 60
