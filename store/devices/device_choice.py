"""What the database can say of a filter of devices: a condition that all devices which match it meet.

The filter's predicate (``device_filter``) is the rule. A condition that says exactly the same spares reading devices.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from .. import filters
from ..filters import NO, YES, Term
from ..inventory.expiry import ExpiryRules
from ..model.device import DeviceState, EnrollmentKind, Platform
from ..persistence.conditions import ID, Condition, Key, Not, OneOf, Some, Within, every, has_items
from ..persistence.schema import ISSUER_GROUP, NOT_AFTER, PLATFORM, REFUSED, STATE
from .device_filter import FIELDS, Predicate, chosen, day_limits, parse_filter, status_spans

_HAS_PENDING = has_items("pending")
_MAX_ID = 2**63 - 1
_ENROLLMENT_KIND, _LAST_CHECK_IN = Key("enrollment_kind"), Key("last_check_in")
_REFUSED_AT_ALL = Not(OneOf(REFUSED, (None,)))


class DeviceChoice(NamedTuple):
    """Devices chosen by a filter: they meet the ``condition`` and match what remains to be asked, None: nothing does.
    ``by_words``: that goes by the words of the device alone, its ``haystack``."""

    condition: Condition | None = None
    remaining: Predicate | None = None
    by_words: bool = False
    problem: str | None = None


class _Said(NamedTuple):
    """What a condition says of a term; ``exactly``: the same."""

    condition: Condition
    exactly: bool = True


def choice_of(text: str, now: datetime, rules: ExpiryRules) -> DeviceChoice:
    """The choice of a filter at ``now`` (UTC, aware)."""
    parsed = parse_filter(text, now, rules)
    if parsed.matches is None or parsed.problem is not None:
        return DeviceChoice(remaining=parsed.matches, problem=parsed.problem)
    conditions, remaining = [], []
    for term in filters.each_term(text):
        said = _said_of(term, now, rules)
        if said is not None:
            conditions.append(said.condition)
        if said is None or not said.exactly:
            remaining.append(term)
    rest = " ".join(filters.quoted(f"-{term.plain}" if term.turned else term.plain) for term in remaining)
    return DeviceChoice(
        every(conditions) if conditions else None,
        parse_filter(rest, now, rules).matches,
        by_words=bool(remaining) and not any(term.value is not None and term.field in FIELDS for term in remaining),
    )


def _said_of(term: Term, now: datetime, rules: ExpiryRules) -> _Said | None:
    make = None if term.value is None else _CONDITIONS.get(term.field)
    said = None if make is None else make(term.value or "", now, rules)
    if said is None or not term.turned:
        return said
    return _Said(Not(said.condition)) if said.exactly else None


def on_platforms(platforms: Collection[Platform]) -> Condition:
    """The devices of these platforms."""
    return OneOf(PLATFORM, tuple(one.value for one in platforms))


def in_states(states: Collection[DeviceState]) -> Condition:
    """The devices in these states."""
    missing = (None,) if DeviceState.NOT_ENROLLED in states else ()  # what a record has that doesn't say
    return OneOf(STATE, (*(one.value for one in states), *missing))


def of_groups(names: Iterable[str]) -> Condition:
    """The devices whose active certificate is of one of these CA groups."""
    return OneOf(ISSUER_GROUP, tuple(names))


def with_pending(wanted: bool) -> Condition:
    """The devices with a pending action, or without."""
    return _HAS_PENDING if wanted else Not(_HAS_PENDING)


def _platform(value: str, *_: object) -> _Said:
    return _Said(on_platforms([Platform(one) for one in chosen("platform", value, Platform)]))


def _state(value: str, *_: object) -> _Said:
    return _Said(in_states([DeviceState(one) for one in chosen("state", value, DeviceState)]))


def _enrollment(value: str, *_: object) -> _Said:
    return _Said(OneOf(_ENROLLMENT_KIND, chosen("enrollment", value, EnrollmentKind)))


def _status(value: str, now: datetime, rules: ExpiryRules) -> _Said:
    spans, none = status_spans(value, now, rules)
    parts: list[Condition] = [Within(NOT_AFTER, *one) for one in spans]
    if none:
        parts.append(OneOf(NOT_AFTER, (None,)))
    return _Said(parts[0] if len(parts) == 1 else Some(tuple(parts)))


def _days(value: str, now: datetime, _: ExpiryRules) -> _Said:
    return _Said(Within(NOT_AFTER, *day_limits(value, now)))


def _pending(value: str, *_: object) -> _Said:
    return _Said(with_pending(value in YES))


def _waits(*_: object) -> _Said:
    return _Said(_HAS_PENDING, exactly=False)


def _refused(value: str, *_: object) -> _Said:
    if value in NO:
        return _Said(Not(_REFUSED_AT_ALL))
    return _Said(_REFUSED_AT_ALL, exactly=value in YES)


def _seen(value: str, *_: object) -> _Said | None:
    return _Said(OneOf(_LAST_CHECK_IN, (None,))) if value == "never" else None


def _id(value: str, *_: object) -> _Said:
    id = int(value.removeprefix("#"))
    return _Said(OneOf(ID, (id,) if id <= _MAX_ID else ()))


_CONDITIONS: dict[str, Callable[[str, datetime, ExpiryRules], _Said | None]] = {
    "platform": _platform,
    "state": _state,
    "enrollment": _enrollment,
    "status": _status,
    "days": _days,
    "pending": _pending,
    "waits": _waits,
    "refused": _refused,
    "seen": _seen,
    "id": _id,
}
