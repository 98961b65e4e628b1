"""The people and places of a company: each computed on its own, with a country, a time zone and working hours."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b

from msgspec import Struct

from .choice import WeightedChoice
from .countries import Region, Zone, countries, directory_form
from .full_names import FullNames
from .names import names, where_last_names_are
from .permutation import Permutation

_THOUSAND = 1000
_INITIALS = "ABCDEFGHIJKLMNOPRSTVW"
_LONGEST = 64  # characters before the @, in a directory
_SCATTER, _WORD = 0x9E37_79B9_7F4A_7C15, (1 << 64) - 1  # multiplied by it, neighbours are far from each other


def place_name(number: int) -> str:
    """The name of place ``number``, from 0: ``Warehouse 1``."""
    return f"{('Warehouse', 'Shop floor', 'Loading dock')[number % 3]} {number + 1}"


def place_account(number: int, domain: str) -> str:
    """The account that its devices share: ``warehouse-1@corp.example``."""
    return f"{place_name(number).lower().replace(' ', '-')}@{domain}"


class DeviceHolder(Struct, frozen=True, kw_only=True):
    """Who has devices: a person, or a place that shares them. ``key`` determines random choices; working hours are
    seconds of the local day, ``region`` is the part of the country that they live in (``DE-BY``), ``language`` is that
    of their devices (``de-DE``)."""

    name: str
    upn: str
    country: str
    language: str
    region: str
    zone: Zone
    work_from: int
    work_to: int
    key: int


class Staff:
    """The people of a company. As many live in each country as its weight says, to the person in every thousand."""

    def __init__(self, key: bytes, domain: str) -> None:
        self._key = blake2b(b"staff", key=key).digest()
        self._domain = domain
        self._countries, self._ends = countries(), _ends()
        order = Permutation(_THOUSAND, self._key)
        self._places = [order(number) for number in range(_THOUSAND)]
        self._numbers = {place: number for number, place in enumerate(self._places)}
        self._full_names = [FullNames(one, self._draw(b"names", at)) for at, one in enumerate(names())]
        self._middles = int.from_bytes(self._draw(b"middle", 0)[:8])
        self._where = where_last_names_are()
        self._regions = [WeightedChoice(dict(one.regions)) for one in self._countries]
        self._languages = {
            region: WeightedChoice(dict(region.languages)) for one in self._countries for region, _ in one.regions
        }

    def person(self, number: int) -> DeviceHolder:
        """Person ``number``, from 0."""
        place, in_country = self._place(number)
        country, draw, found = self._countries[place], self._draw(b"person", number), self._full_names[place]
        first_name, last_name = found.person(in_country)
        first, last = found.names.first.names[first_name], found.names.last.names[last_name]
        middle = self._middle(place, in_country)
        full = f"{first} {middle}. {last}" if middle else f"{first} {last}"
        parts = [directory_form(part, country.letters) for part in (first, last)]
        count = sum(1 for _ in self._namesakes(parts[0], parts[1], middle, number))
        region = self._regions[place](draw[:8])
        language = self._languages[region](self._draw(b"language", number)[:8])
        return self._with_hours(full, self._upn(parts, middle, last, count + 1), place, draw, region, language)

    def place(self, number: int) -> DeviceHolder:
        """Place ``number``, from 0: a warehouse or a shop floor, with an account that its devices share."""
        draw = self._draw(b"place", number)
        where = self._place(self._draw(b"town", number)[0] * 4 + number)[0]
        upn = place_account(number, self._domain)
        region = self._regions[where](draw[:8])
        return self._with_hours(place_name(number), upn, where, draw, region, region.languages[0][0])

    def _with_hours(self, name: str, upn: str, place: int, draw: bytes, region: Region, language: str) -> DeviceHolder:
        country, late = self._countries[place], (draw[8] % 13 - 4) * 900
        return DeviceHolder(
            name=name,
            upn=upn,
            country=country.code,
            language=f"{language}-{country.code}",
            region=region.code,
            zone=region.zone,
            work_from=country.work_from + late,
            work_to=country.work_to + late,
            key=int.from_bytes(draw[9:17]) >> 1,
        )

    def _place(self, number: int) -> tuple[int, int]:
        """The country of a person, and their number in it."""
        thousand, rest = divmod(number, _THOUSAND)
        at, before = self._places[rest], 0
        for place, end in enumerate(self._ends):
            if at < end:
                return place, thousand * (end - before) + at - before
            before = end
        raise AssertionError("the weights of the countries are fewer than a thousand")

    def _namesakes(self, first: str, last: str, middle: str, number: int) -> Iterator[int]:
        """The people before a number whose names a directory writes the same, in whatever country."""
        thousands = number // _THOUSAND + 1
        for place in self._where[last]:
            before, end = self._ends[place] - self._countries[place].weight, self._ends[place]
            for one in self._full_names[place].called(first, last, thousands * (end - before)):
                earlier, rest = divmod(one, end - before)
                person = earlier * _THOUSAND + self._numbers[before + rest]
                if person < number and self._middle(place, one) == middle:
                    yield person

    def _middle(self, place: int, in_country: int) -> str:
        """A middle initial: in the USA one person in five writes it, elsewhere one in fifty."""
        mixed = ((in_country * len(self._ends) + place) * _SCATTER + self._middles & _WORD) >> 32
        often = 5 if self._countries[place].code == "US" else 50
        return _INITIALS[mixed // often % len(_INITIALS)] if mixed % often == 0 else ""

    def _upn(self, parts: list[str], middle: str, last: str, count: int) -> str:
        first, last_part = parts
        if "'" in last and last[1] == "'" and len(first) % 2:  # so that it follows from the name
            # A directory allows it; half of those who enter names leave it out.
            last_part = f"{last_part[0]}'{last_part[1:]}"
        suffix = str(count) if count > 1 else ""
        local = ".".join(part for part in (first, middle.lower(), last_part) if part)
        return f"{local[: _LONGEST - len(suffix)]}{suffix}@{self._domain}"

    def _draw(self, what: bytes, number: int) -> bytes:
        return blake2b(what + number.to_bytes(8), key=self._key, digest_size=17).digest()


@lru_cache(maxsize=4)
def staff(key: bytes, domain: str) -> Staff:
    """The people of a company. A workspace is opened again and again, and forecasts run several copies of it."""
    return Staff(key, domain)


def _ends() -> list[int]:
    ends, total = [], 0
    for country in countries():
        total += country.weight
        ends.append(total)
    return ends
