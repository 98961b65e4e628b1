"""Countries: weights, time zones, working hours and names, from a table."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any

from msgspec import Struct

from .owners import fold

_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "md", "phd", "dds", "dvm"})
_LONGEST = 20


class Zone(Struct, frozen=True):
    """A time zone by its name in the IANA database; ``offset`` is that of standard time, in seconds."""

    name: str
    offset: int


class Country(Struct, frozen=True, kw_only=True):
    """A country by its code (ISO 3166). ``weight`` is how many people in a thousand live there; ``zones`` are its time
    zones with their weights; working hours are seconds of the day; ``letters`` are what mail addresses make of letters
    before marks are left out."""

    code: str
    language: str
    weight: int
    locale: str
    zones: tuple[tuple[Zone, int], ...]
    work_from: int
    work_to: int
    letters: tuple[tuple[str, str], ...]


class Names(Struct, frozen=True):
    """The first and last names of a country."""

    first: tuple[str, ...]
    last: tuple[str, ...]


@cache
def countries() -> tuple[Country, ...]:
    """All countries, in the order of the table."""
    text = (files(__package__) / "data" / "countries.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        Country(
            code=row["country"],
            language=row["language"],
            weight=int(row["weight"]),
            locale=row["names"],
            zones=tuple(map(_zone, row["zones"].split())),
            work_from=_second(row["from"]),
            work_to=_second(row["to"]),
            letters=tuple((pair[0], pair[2:]) for pair in row["letters"].split()),
        )
        for row in rows
    )


@cache
def names() -> tuple[Names, ...]:
    """The names of each country. A last name belongs to one country, so that full names of two differ: to the one of
    the greatest weight."""
    found: dict[str, Names] = {}
    taken: set[str] = set()
    listed = [(country, _provider(country.locale)) for country in countries()]
    for country, provider in sorted(listed, key=lambda pair: -pair[0].weight):
        first = tuple(_fresh(provider.first_names, country, set()))
        found[country.code] = Names(first, tuple(_fresh(provider.last_names, country, taken)))
    return tuple(found[country.code] for country in countries())


def directory_form(name: str, letters: Sequence[tuple[str, str]]) -> str:
    """A name as a directory of the country writes it in an address."""
    name = name.lower()
    for letter, written in letters:
        name = name.replace(letter, written)
    return fold(name)


def _provider(locale: str) -> Any:
    return import_module(f"faker.providers.person.{locale}").Provider


def _fresh(names: Sequence[str], country: Country, taken: set[str]) -> Iterator[str]:
    """Names of people only: without titles, suffixes, abbreviations and entries of several words beside particles."""
    for name in names:
        plain = directory_form(name, country.letters)
        if not plain or len(name) > _LONGEST or name.lower().strip(".") in _SUFFIXES or "." in name or "," in name:
            continue
        if name.count(" ") > 1 or not name[0].isupper() or plain in taken:
            continue
        taken.add(plain)
        # The census of the USA has them in capitals, and Faker as "Mcgrath".
        yield re.sub(r"^Mc([a-z])", lambda found: f"Mc{found[1].upper()}", name.replace("’", "'"))


def _zone(text: str) -> tuple[Zone, int]:
    name, _, rest = text.partition("=")
    offset, _, weight = rest.partition(":")
    return Zone(name, int(float(offset) * 3600)), int(weight)


def _second(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 3600 + int(minute) * 60
