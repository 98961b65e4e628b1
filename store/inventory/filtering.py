"""The filter language of the inventory, as a plain function from a text to a predicate.

Words are looked for in everything an entry says, all of them must be there; ``field:value`` looks at one field
(``status:expired use:apns days:<30 key:yes``); ``-`` before a term turns it round; quotes keep spaces.
"""

from __future__ import annotations

import operator
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ..model.certificate import Certificate, Status
from .status import days_left, status


class Listed(Protocol):
    """An entry at a time, with what a filter looks at; ``haystack`` is the lower-case text for free words."""

    @property
    def certificate(self) -> Certificate: ...
    @property
    def status(self) -> Status: ...
    @property
    def days(self) -> int: ...
    @property
    def haystack(self) -> str: ...


@dataclass(slots=True, frozen=True)
class Standing:
    """The plain ``Listed``."""

    certificate: Certificate
    status: Status
    days: int
    haystack: str


Predicate = Callable[[Listed], bool]

_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "": operator.eq,
}
_NUMBER = re.compile(r"(<=|>=|<|>|=|)(-?\d+)")
_RANGE = re.compile(r"(-?\d+)\.\.(-?\d+)")
_YES = ("y", "yes", "true", "1")
_NO = ("n", "no", "false", "0")


@dataclass(frozen=True)
class Filter:
    """What a text asks for. ``matches`` None lets everything through; ``problem`` is a sentence about a term
    that can't be understood (yet): such a term is left out."""

    matches: Predicate | None = None
    problem: str | None = None


class _Unclear(Exception):
    """A term that can't be understood; the message says what it takes."""


def standing(certificate: Certificate, now: datetime) -> Standing:
    """An entry at ``now`` (UTC, aware), to be filtered."""
    return Standing(certificate, status(certificate, now), days_left(certificate, now), haystack(certificate))


def haystack(certificate: Certificate) -> str:
    """Everything of an entry that free words are looked for in, in lower case, a line each."""
    size = certificate.key_size
    words = (
        f"#{certificate.id}",
        certificate.subject,
        certificate.issuer,
        *certificate.sans,
        certificate.serial_number,
        certificate.fingerprint_sha256,
        certificate.public_key_sha256,
        f"{certificate.key_algorithm} {size or ''}",
        certificate.use_as,
        certificate.use_as.replace("-", " "),
        certificate.description,
        certificate.alias or "",
        certificate.source,
        certificate.imported_by,
    )
    return "\n".join(words).lower()


def parse_filter(text: str) -> Filter:
    """The filter that ``text`` asks for."""
    predicates: list[Predicate] = []
    problem = None
    for term in _terms(text.lower()):
        turned = len(term) > 1 and term.startswith("-")
        try:
            predicate = _predicate(term[1:] if turned else term)
        except _Unclear as unclear:
            problem = str(unclear)
            continue
        predicates.append(_turn(predicate) if turned else predicate)
    return Filter(_all(predicates), problem)


def _terms(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # a quote that is still open
        return text.replace('"', " ").replace("'", " ").split()


def _predicate(term: str) -> Predicate:
    field, colon, value = term.partition(":")
    make = _FIELDS.get(field) if colon else None
    if make is None:
        return lambda row: term in row.haystack
    return make(value)


def _all(predicates: list[Predicate]) -> Predicate | None:
    if len(predicates) < 2:
        return predicates[0] if predicates else None
    return lambda row: all(predicate(row) for predicate in predicates)


def _turn(predicate: Predicate) -> Predicate:
    return lambda row: not predicate(row)


def _status(value: str) -> Predicate:
    return lambda row: row.status.startswith(value)


def _use(value: str) -> Predicate:
    wanted = value.replace(" ", "-")
    return lambda row: row.certificate.use_as.startswith(wanted)


def _days(value: str) -> Predicate:
    if span := _RANGE.fullmatch(value):
        least, most = int(span[1]), int(span[2])
        return lambda row: least <= row.days <= most
    if (number := _NUMBER.fullmatch(value)) is None:
        raise _Unclear("days: takes a number, as in days:<30 or days:10..30")
    compare, limit = _COMPARE[number[1]], int(number[2])
    return lambda row: compare(row.days, limit)


def _yes_no(name: str, of: Predicate) -> Callable[[str], Predicate]:
    def make(value: str) -> Predicate:
        if value in _YES:
            return of
        if value in _NO:
            return _turn(of)
        raise _Unclear(f"{name}: takes yes or no")

    return make


def _id(value: str) -> Predicate:
    if not value.removeprefix("#").isdecimal():
        raise _Unclear("id: takes a number, as in id:12")
    wanted = int(value.removeprefix("#"))
    return lambda row: row.certificate.id == wanted


def _within(of: Callable[[Listed], str]) -> Callable[[str], Predicate]:
    return lambda value: lambda row: value in of(row).lower()


_FIELDS: dict[str, Callable[[str], Predicate]] = {
    "status": _status,
    "use": _use,
    "days": _days,
    "key": _yes_no("key", lambda row: row.certificate.has_private_key),
    "ca": _yes_no("ca", lambda row: row.certificate.is_ca),
    "id": _id,
    "name": _within(lambda row: row.certificate.name),
    "issuer": _within(lambda row: row.certificate.issuer),
    "san": _within(lambda row: " ".join(row.certificate.sans)),
    "by": _within(lambda row: row.certificate.imported_by),
    "expires": lambda value: lambda row: f"{row.certificate.not_after:%Y-%m-%d}".startswith(value),
}

# For help: what to write, and what it finds.
HELP = (
    ("gateway example", "all the words, anywhere in the entry"),
    ("status:expired", "expired, critical, expiring, valid, not, replaced"),
    ("use:apns", "server, saml, apns, ssl-listener, device"),
    ("days:<30  days:0..90", "days left; also > <= >= ="),
    ("key:yes  ca:no", "with a private key; CA certificates"),
    ("issuer:  san:  name:", "text in one field; also by: id: expires:2027-01"),
    ("-status:replaced", "a minus before a term turns it round"),
)
