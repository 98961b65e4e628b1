"""The people of a fleet: person *n* of a seed, computed on its own, with a unique UPN."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

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
        asked = number
        block, place = divmod(number, _BLOCK)
        namesake = place == _BLOCK - 1
        if namesake:
            number = block * _BLOCK + self._namesakes(block % (_BLOCK - 1))
        again, number = divmod(number, self._count)
        first, last = self._name(self._order(number))
        if not fold(first + last):  # of another script: a directory has a number for such a person
            return Owner(f"{first} {last}", f"user{asked + 1}@{self.domain}")
        return Owner(f"{first} {last}", upn(first, last, self.domain, number=2 * again + namesake + 1))

    def _name(self, number: int) -> tuple[str, str]:
        for first, last in self._names:
            if number < len(first) * len(last):
                break
            number -= len(first) * len(last)
        return first[number // len(last)], last[number % len(last)]


@lru_cache(maxsize=8)
def _names(locales: tuple[str, ...]) -> tuple[tuple[Sequence[str], Sequence[str]], ...]:
    """First and last names of each locale. A name that folds like one before it is left out; one in another script than
    Latin is kept as it is, unless the locale has Latin ones too."""
    seen_first: set[str] = set()
    seen_last: set[str] = set()
    found = []
    for locale in locales:
        provider = _provider(locale)
        first = tuple(_fresh(_listed(provider, "first_name"), seen_first))
        last = tuple(_fresh(_listed(provider, "last_name"), seen_last))
        if first and last:
            found.append((first, last))
    if not found:
        raise ValueError(f"Faker has no lists of first and last names for {', '.join(locales)}")
    return tuple(found)


def _provider(locale: str) -> Any:
    from faker import Generator  # takes a tenth of a second, and the console opens without

    try:
        return import_module(f"faker.providers.person.{locale}").Provider(Generator())
    except ModuleNotFoundError as error:
        raise ValueError(f"Faker has no names for the locale {locale}") from error


def _listed(provider: Any, kind: str) -> list[str]:
    """All names of a kind, whichever lists the locale has."""
    found: dict[str, None] = {}
    for name in (f"{kind}s", f"{kind}s_female", f"{kind}s_male", f"{kind}_pairs", f"{kind}_female_pairs"):
        for one in getattr(provider, name, ()):
            found[one if isinstance(one, str) else one[0]] = None
        if found and name == f"{kind}s":
            break
    return list(found)


def _fresh(names: Sequence[str], seen: set[str]) -> Iterator[str]:
    is_latin = 2 * sum(bool(fold(name)) for name in names) > len(names)
    for name in names:
        folded = fold(name) if is_latin else "" if fold(name) else name
        if folded and folded not in seen:
            seen.add(folded)
            yield name
