"""The common part of the filter languages: terms, quotes, numbers, negation, and combining terms.

A language is a table of fields, each a function from the text after the colon to a predicate, and a function for free
words. Both expect lower-case text.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Generic, NamedTuple, TypeVar

from .durations import UNITS, read_number_of

T = TypeVar("T")

Predicate = Callable[[T], bool]
Span = tuple[int | None, int | None]

YES = ("y", "yes", "true", "1")
NO = ("n", "no", "false", "0")
_NUMBER = re.compile(r"(<=|>=|<|>|=|)(-?\d{1,9})")
_DURATION = re.compile(rf"\d+(?:{'|'.join(UNITS)})\b", re.ASCII)
_RANGE = re.compile(r"(-?\d{1,9})\.\.(-?\d{1,9})")


@dataclass(frozen=True)
class Filter(Generic[T]):
    """A parsed filter. ``matches`` None matches everything; ``problem`` is a sentence about a term that can't be
    understood (yet) and is ignored."""

    matches: Predicate[T] | None = None
    problem: str | None = None


class Unclear(Exception):
    """A term that can't be understood; the message says what is expected."""


def build(
    text: str,
    fields: Mapping[str, Callable[[str], Predicate[T]]],
    word: Callable[[str], Predicate[T]],
    *,
    names: Collection[str] = (),
) -> Filter[T]:
    """The filter for ``text``. A term that looks like an unknown field is a problem; other terms with a colon are
    words: addresses, fingerprints, and prefixes in ``names``."""
    predicates: list[Predicate[T]] = []
    problem = None
    for turned, plain, field, value in each_term(text):
        make = None if value is None else fields.get(field)
        try:
            if make is None or value is None:
                if value is not None and fields and _looks_like_a_field(field, value) and field not in names:
                    raise Unclear(unknown_key(field, fields))
                predicate = word(plain)
            else:
                predicate = make(value)
        except Unclear as unclear:
            problem = str(unclear)
            continue
        predicates.append(turn(predicate) if turned else predicate)
    return Filter(every(predicates), problem)


class Term(NamedTuple):
    """A term without the minus of one that is ``turned``, and its parts around a colon; ``value`` None: no colon."""

    turned: bool
    plain: str
    field: str
    value: str | None


def each_term(text: str) -> Iterator[Term]:
    """The terms of a text, in lower case."""
    for term in terms(text.lower()):
        turned = len(term) > 1 and term.startswith("-")
        plain = term[1:] if turned else term
        field, colon, value = plain.partition(":")
        yield Term(turned, plain, field, value if colon else None)


_FIELD = re.compile(r"[a-z]+(?:[-_][a-z]+)*")
_HEXADECIMAL = re.compile(r"[0-9a-f]+")


def _looks_like_a_field(name: str, value: str) -> bool:
    is_address = not value or value.startswith("//") or _HEXADECIMAL.fullmatch(name) is not None
    return _FIELD.fullmatch(name) is not None and not is_address


def unknown_key(name: str, known: Iterable[str]) -> str:
    """A sentence about an unknown field, with the most similar known one."""
    return f"{name}: is no filter key; {nearest(name, known, ':')}"


def nearest(name: str, known: Iterable[str], after: str = "") -> str:
    """``did you mean status:?``, or all that there are."""
    known = list(known)
    near = get_close_matches(name, known, 1)
    return f"did you mean {near[0]}{after}?" if near else f"there are {', '.join(known)}"


def terms(text: str) -> list[str]:
    """The terms of a text. Quotes keep spaces together and are removed."""
    try:
        return shlex.split(text)
    except ValueError:  # an unclosed quote
        return text.replace('"', " ").replace("'", " ").split()


def with_field(text: str, field: str, value: str | None) -> str:
    """The text with ``field:value`` in place of all terms for that field; None removes them."""
    kept = [term for term in terms(text) if not term.lower().removeprefix("-").startswith(f"{field}:")]
    return " ".join(quoted(term) for term in [*kept, *([] if value is None else [f"{field}:{value}"])])


def values_of(text: str, field: str) -> list[str]:
    """The values of a field's terms, in lower case, without negated terms."""
    start = f"{field}:"
    return [term[len(start) :] for term in terms(text.lower()) if term.startswith(start)]


def is_narrower(text: str, before: str, fields: Iterable[str]) -> bool:
    """Whether ``text`` matches only what ``before`` matches.

    True only in obvious cases: terms were added at the end, or a word grew longer.
    """
    known = tuple(f"{field}:" for field in fields)
    old, new = terms(before.lower()), terms(text.lower())
    if len(new) < len(old):
        return False
    return all(
        is_ == was or (was in is_ and not is_.startswith(("-", *known)) and not was.startswith("-"))
        for was, is_ in zip(old, new, strict=False)
    )


def every(predicates: list[Predicate[T]]) -> Predicate[T] | None:
    """A predicate for all of them; None if there are none."""
    if len(predicates) < 2:
        return predicates[0] if predicates else None
    # Nesting them is several times faster than a loop, and there are many rows.
    first, rest = predicates[0], every(predicates[1:])
    assert rest is not None
    return lambda row: first(row) and rest(row)


def some(predicates: list[Predicate[T]]) -> Predicate[T]:
    """A predicate for at least one of them."""
    first = predicates[0]
    if len(predicates) == 1:
        return first
    rest = some(predicates[1:])
    return lambda row: first(row) or rest(row)


def turn(predicate: Predicate[T]) -> Predicate[T]:
    """The negated predicate."""
    return lambda row: not predicate(row)


def span(name: str, value: str) -> Span:
    """The minimum and maximum of ``<30``, ``>=5``, ``20`` or ``10..30``, both included; None for no limit."""
    if found := _RANGE.fullmatch(value):
        return int(found[1]), int(found[2])
    if (found := _NUMBER.fullmatch(value)) is None:
        raise Unclear(f"{name}: takes a number, as in {name}:<30 or {name}:10..30")
    limit = int(found[2])
    spans: dict[str, Span] = {
        "<": (None, limit - 1),
        "<=": (None, limit),
        ">": (limit + 1, None),
        ">=": (limit, None),
    }
    return spans.get(found[1], (limit, limit))


def days_span(value: str) -> Span:
    """The same of a number of days, each of which may be written as a duration: ``<2w``, ``30d..90d``."""
    try:
        days = _DURATION.sub(lambda found: str(read_number_of("d", found[0])), value)
    except ValueError as error:
        raise Unclear(f"days: {error}") from None
    return span("days", days)


def yes_no(name: str, of: Predicate[T]) -> Callable[[str], Predicate[T]]:
    """A field that takes yes or no."""

    def make(value: str) -> Predicate[T]:
        if value in YES:
            return of
        if value in NO:
            return turn(of)
        raise Unclear(f"{name}: takes yes or no")

    return make


def number(name: str, of: Callable[[T], int]) -> Callable[[str], Predicate[T]]:
    """A field that takes one number, with or without ``#``."""

    def make(value: str) -> Predicate[T]:
        digits = value.removeprefix("#")
        if not (digits.isascii() and digits.isdecimal() and len(digits) < 20):
            raise Unclear(f"{name}: takes a number, as in {name}:12")
        wanted = int(digits)
        return lambda row: of(row) == wanted

    return make


def within(of: Callable[[T], str]) -> Callable[[str], Predicate[T]]:
    """A field that takes part of a text."""
    return lambda value: lambda row: value in of(row).lower()


def quoted(term: str) -> str:
    """A term as it is written in a text: with quotes if it needs them."""
    if term and not any(letter.isspace() or letter in "\"'\\" for letter in term):
        return term
    return '"' + term.replace("\\", "\\\\").replace('"', '\\"') + '"'
