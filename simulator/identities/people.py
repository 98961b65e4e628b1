"""The people of a fleet: person *n* of a seed, computed on its own, with a unique UPN."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import import_module

from .owner import Owner
from .owners import DEFAULT_DOMAIN, fold, upn
from .permutation import Permutation

LOCALES = ("en_US", "de_DE", "fr_FR", "es_ES")
_BLOCK = 50  # one person in this many shares a name


class People:
    """The people of a company. Names come from Faker's person provider in the given locales.

    One person in fifty shares a full name with another. Once all names are used, they repeat with higher numbers.
    """

    def __init__(self, key: bytes, domain: str = DEFAULT_DOMAIN, locales: Sequence[str] = LOCALES) -> None:
        self.domain = domain
        self._names = _names(tuple(locales))
        self._count = sum(len(first) * len(last) for first, last in self._names)
        self._order = Permutation(self._count, key)
        self._namesakes = Permutation(_BLOCK - 1, key)

    def __getitem__(self, number: int) -> Owner:
        """Person ``number``, from 0."""
        block, place = divmod(number, _BLOCK)
        namesake = place == _BLOCK - 1
        if namesake:
            number = block * _BLOCK + self._namesakes(block % (_BLOCK - 1))
        again, number = divmod(number, self._count)
        first, last = self._name(self._order(number))
        return Owner(f"{first} {last}", upn(first, last, self.domain, number=2 * again + namesake + 1))

    def _name(self, number: int) -> tuple[str, str]:
        for first, last in self._names:
            if number < len(first) * len(last):
                break
            number -= len(first) * len(last)
        return first[number // len(last)], last[number % len(last)]


@lru_cache(maxsize=8)
def _names(locales: tuple[str, ...]) -> tuple[tuple[Sequence[str], Sequence[str]], ...]:
    """First and last names of each locale. A name that folds like one before it is left out."""
    seen_first: set[str] = set()
    seen_last: set[str] = set()
    found = []
    for locale in locales:
        provider = import_module(f"faker.providers.person.{locale}").Provider
        first = tuple(_fresh(provider.first_names, seen_first))
        last = tuple(_fresh(provider.last_names, seen_last))
        if first and last:
            found.append((first, last))
    if not found:
        raise ValueError(f"no names in Latin letters in the locales {', '.join(locales)}")
    return tuple(found)


def _fresh(names: Sequence[str], seen: set[str]) -> Iterator[str]:
    for name in names:
        folded = fold(name)
        if folded and folded not in seen:
            seen.add(folded)
            yield name
