"""Who has which name: the people of a country, each computed on its own, as many of a name as its weight says.

Person *n* of a country has a share of the last names by a permutation of ``LAST_SHARES``, and a share of the first
names that goes round with each time that all last names have been used. So no two have both shares in common, and
those of a name can be listed without a look at everybody. It holds for two million people of a country.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from .names import FIRST_SHARES, LAST_SHARES, CountryNames
from .permutation import Permutation

_ROUND = 633  # odd, and near the golden section of FIRST_SHARES, so that rounds are far from each other
_BACK = pow(_ROUND, -1, FIRST_SHARES)


class FullNames:
    """The names of a country's people, who are numbered from 0; ``key`` determines them. Who never asks for a person of
    this country need not wait for its tables."""

    def __init__(self, names: CountryNames, key: bytes) -> None:
        self.names = names
        self._key = key

    @cached_property
    def _last(self) -> list[int]:
        order = Permutation(LAST_SHARES, self._key)
        return [order(number) for number in range(LAST_SHARES)]

    @cached_property
    def _turns(self) -> list[int]:
        """Where each place begins among the shares of the first names."""
        return [self._last[(5 * place + 7) % LAST_SHARES] % FIRST_SHARES for place in range(LAST_SHARES)]

    @cached_property
    def _places(self) -> list[list[tuple[int, int, int]]]:
        """By last name: the places that have it, each with its turn, and how many rounds that is back."""
        found: list[list[tuple[int, int, int]]] = [[] for _ in self.names.last.names]
        for place, (share, turn) in enumerate(zip(self._last, self._turns, strict=True)):
            found[self.names.last.at(share)].append((place, turn, turn * _BACK))
        return found

    @cached_property
    def _rounds(self) -> list[list[int]]:
        """By first name: the rounds in which it comes up, without the turn of the place."""
        shares = self.names.first
        return [[share * _BACK % FIRST_SHARES for share in shares.of(name)] for name in range(len(shares.names))]

    def person(self, number: int) -> tuple[int, int]:
        """The numbers of a person's first and last name."""
        times, place = divmod(number, LAST_SHARES)
        first = (self._turns[place] + times * _ROUND) % FIRST_SHARES
        return self.names.first.at(first), self.names.last.at(self._last[place])

    def called(self, first: str, last: str, end: int) -> Iterator[int]:
        """The people below ``end`` whose names have these forms in a directory."""
        first_name, last_name = self.names.first.forms.get(first), self.names.last.forms.get(last)
        if first_name is None or last_name is None:
            return
        shares = self.names.first.of(first_name)
        start, stop, rounds_of = shares.start, shares.stop, self._rounds[first_name]
        count, size, above = len(rounds_of), FIRST_SHARES, end + LAST_SHARES - 1
        for place, turn, back in self._places[last_name]:
            rounds = (above - place) // LAST_SHARES
            if rounds < count:
                for one in range(rounds):
                    if start <= (turn + one * _ROUND) % size < stop:
                        yield one * LAST_SHARES + place
            else:
                for each in rounds_of:
                    if (one := (each - back) % size) < rounds:
                        yield one * LAST_SHARES + place
