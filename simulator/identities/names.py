"""What the people of each country are called, and how frequent each name is: Faker's names, by weights of a table."""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.resources import files
from itertools import accumulate
from typing import Any
from zlib import crc32

from msgspec import Struct

from .countries import Country, countries, directory_form

LAST_SHARES = 2048
FIRST_SHARES = 1024
"""So finely are the last and the first names of a country divided among its people."""
_OTHERS = "*"
_LONGEST = 20
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "md", "phd", "dds", "dvm"})
_PARTICLES = frozenset({"da", "de", "del", "della", "di", "dos", "la", "le", "mac", "van", "von", "ó"})
_IRISH = re.compile(r"^O(brien|conn?ell|connor|donnell|neal|neill?|leary|malley)$")


class NameShares(Struct, frozen=True):
    """The names of a kind and how many shares each has, beside each other. ``forms`` are the numbers of the names by
    what a directory makes of them."""

    names: tuple[str, ...]
    ends: tuple[int, ...]
    forms: Mapping[str, int]

    def at(self, share: int) -> int:
        """The number of the name that has a share."""
        return bisect_right(self.ends, share)

    def of(self, name: int) -> range:
        """The shares of a name."""
        return range(self.ends[name - 1] if name else 0, self.ends[name])


class CountryNames(Struct, frozen=True):
    """The first and last names of a country."""

    first: NameShares
    last: NameShares


@cache
def names() -> tuple[CountryNames, ...]:
    """The names of each country, in the order of ``countries``."""
    return tuple(
        CountryNames(_shares(country, "first", FIRST_SHARES), _shares(country, "last", LAST_SHARES))
        for country in countries()
    )


@cache
def where_last_names_are() -> Mapping[str, tuple[int, ...]]:
    """The places in ``names`` of the countries that have a last name, by its form in a directory."""
    found: dict[str, tuple[int, ...]] = {}
    for place, some in enumerate(names()):
        for form in some.last.forms:
            found[form] = (*found.get(form, ()), place)
    return found


@cache
def name_weights() -> Mapping[tuple[str, str], Mapping[str, float]]:
    """The table: weights of names by country and kind."""
    text = (files(__package__) / "data" / "names.csv").read_text("utf-8")
    found: dict[tuple[str, str], dict[str, float]] = {}
    for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
        found.setdefault((row["country"], row["kind"]), {})[row["name"]] = float(row["weight"])
    return found


def _shares(country: Country, kind: str, total: int) -> NameShares:
    weights = _by_form(country, kind)
    unit = total / sum(weight for _, weight in weights.values())
    counts = {form: int(weight * unit) for form, (_, weight) in weights.items()}
    # What is left goes to those that lost most by rounding; chance decides between equals, not the alphabet.
    lost = sorted(weights, key=lambda form: (counts[form] - weights[form][1] * unit, crc32(form.encode())))
    for form in lost[: total - sum(counts.values())]:
        counts[form] += 1
    forms = [form for form, count in counts.items() if count]
    return NameShares(
        names=tuple(weights[form][0] for form in forms),
        ends=tuple(accumulate(counts[form] for form in forms)),
        forms={form: number for number, form in enumerate(forms)},
    )


def _by_form(country: Country, kind: str) -> dict[str, tuple[str, float]]:
    """The names of a kind with their weights, by what a directory makes of them: one of each form."""
    own = name_weights().get((country.code, kind), {})
    weights = {name: weight for name, weight in own.items() if name != _OTHERS}
    for locale in country.locales:
        listed = getattr(_provider(locale), f"{kind}_names")
        for name in _of_people(listed, kind):
            weights.setdefault(_written(name), own[_OTHERS] if own else float(listed[name]))
    found: dict[str, tuple[str, float]] = {}
    for name, weight in weights.items():
        if form := directory_form(name, country.letters):
            found.setdefault(form, (name, weight))
    return found


def _provider(locale: str) -> Any:
    return import_module(f"faker.providers.person.{locale}").Provider


def _of_people(names: Iterable[str], kind: str) -> Iterator[str]:
    """Without titles, suffixes, abbreviations, and last names of two words that begin with no particle."""
    for name in names:
        if len(name) > _LONGEST or name.lower().strip(".") in _SUFFIXES or "." in name or "," in name:
            continue
        words = name.split(" ")
        if len(words) > 2 or not name[0].isupper():
            continue
        if kind == "first" or len(words) == 1 or words[0].lower() in _PARTICLES:
            yield name


def _written(name: str) -> str:
    """The census of the USA has names in capitals: Faker makes "Mcgrath" and "Obrien" of them."""
    name = re.sub(r"^Mc([a-z])", lambda found: f"Mc{found[1].upper()}", name.replace("’", "'"))
    return f"O'{name[1:].capitalize()}" if _IRISH.match(name) else name
