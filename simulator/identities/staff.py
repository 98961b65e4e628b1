"""The people and places of a company: each computed on its own, with a country, a time zone and working hours."""

from __future__ import annotations

from hashlib import blake2b

from msgspec import Struct

from .choice import WeightedChoice
from .countries import Country, Zone, countries, directory_form, names
from .permutation import Permutation

_NAMESAKES = 50  # one person in so many has the full name of another
_THOUSAND = 1000
_INITIALS = "ABCDEFGHIJKLMNOPRSTVW"
_LONGEST = 64  # characters before the @, in a directory


class DeviceHolder(Struct, frozen=True, kw_only=True):
    """Who has devices: a person, or a place that shares them. ``key`` determines random choices; working hours are
    seconds of the local day."""

    name: str
    upn: str
    country: str
    language: str
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
        self._names = names()
        self._order = Permutation(_THOUSAND, self._key)
        self._orders = [Permutation(len(one.first) * len(one.last), self._key) for one in self._names]
        self._zones = [WeightedChoice({zone: float(weight) for zone, weight in one.zones}) for one in self._countries]

    def person(self, number: int) -> DeviceHolder:
        """Person ``number``, from 0."""
        place, in_country = self._place(number)
        country, draw = self._countries[place], self._draw(b"person", number)
        again, name_number, namesake = self._name_number(place, in_country)
        first, last = self._full_name(place, name_number)
        count = 2 * again + namesake + 1
        middle = self._middle(place, name_number)
        full = f"{first} {middle}. {last}" if middle else f"{first} {last}"
        return self._with_hours(full, self._upn(country, first, middle, last, count), place, draw)

    def place(self, number: int) -> DeviceHolder:
        """Place ``number``, from 0: a warehouse or a shop floor, with an account that its devices share."""
        kind = ("Warehouse", "Shop floor", "Loading dock")[number % 3]
        draw = self._draw(b"place", number)
        where = self._place(self._draw(b"town", number)[0] * 4 + number)[0]
        upn = f"{kind.lower().replace(' ', '-')}-{number + 1}@{self._domain}"
        return self._with_hours(f"{kind} {number + 1}", upn, where, draw)

    def _with_hours(self, name: str, upn: str, place: int, draw: bytes) -> DeviceHolder:
        country, late = self._countries[place], (draw[8] % 13 - 4) * 900
        return DeviceHolder(
            name=name,
            upn=upn,
            country=country.code,
            language=country.language,
            zone=self._zones[place](draw[:8]),
            work_from=country.work_from + late,
            work_to=country.work_to + late,
            key=int.from_bytes(draw[9:17]) >> 1,
        )

    def _place(self, number: int) -> tuple[int, int]:
        """The country of a person, and their number in it."""
        thousand, rest = divmod(number, _THOUSAND)
        at, before = self._order(rest), 0
        for place, end in enumerate(self._ends):
            if at < end:
                return place, thousand * (end - before) + at - before
            before = end
        raise AssertionError("the weights of the countries are fewer than a thousand")

    def _name_number(self, place: int, in_country: int) -> tuple[int, int, bool]:
        """How often all names have been used, the number of a name, and whether somebody before has it."""
        block, rest = divmod(in_country, _NAMESAKES)
        namesake = rest == _NAMESAKES - 1
        if namesake:
            rest = block % (_NAMESAKES - 1)
        again, number = divmod(block * _NAMESAKES + rest, self._orders[place].size)
        return again, self._orders[place](number), namesake

    def _full_name(self, place: int, number: int) -> tuple[str, str]:
        first, last = divmod(number, len(self._names[place].last))
        return self._names[place].first[first], self._names[place].last[last]

    def _middle(self, place: int, number: int) -> str:
        """A middle initial: in the USA one person in five writes it, elsewhere one in fifty."""
        draw = self._draw(b"middle %d" % place, number)
        often = 5 if self._countries[place].code == "US" else 50
        return _INITIALS[draw[1] % len(_INITIALS)] if draw[0] % often == 0 else ""

    def _upn(self, country: Country, first: str, middle: str, last: str, count: int) -> str:
        parts = [directory_form(part, country.letters) for part in (first, middle, last) if part]
        if "'" in last and last[1] == "'" and len(first) % 2:  # so that it follows from the name
            # A directory allows it; half of those who enter names leave it out.
            parts[-1] = f"{parts[-1][0]}'{parts[-1][1:]}"
        suffix = str(count) if count > 1 else ""
        return f"{'.'.join(parts)[: _LONGEST - len(suffix)]}{suffix}@{self._domain}"

    def _draw(self, what: bytes, number: int) -> bytes:
        return blake2b(what + number.to_bytes(8), key=self._key, digest_size=17).digest()


def _ends() -> list[int]:
    ends, total = [], 0
    for country in countries():
        total += country.weight
        ends.append(total)
    return ends
