"""The limits of *expiring* and *critical* as people write them: ``30d,1/3``, and for a use ``apns=60d,1/2``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ..durations import read_number_of
from ..model.expiry import ExpiryLimit, ExpiryLimits, ExpiryUse
from ..words import plural

EXAMPLE = "30d,1/3 or apns=60d,1/2"
_LIMIT = re.compile(r"([^,/]+)?(?:(?(1),)1/(\d{1,4}))?")
_BACK = "default"
_MOST_DAYS, _MOST_PARTS = 3650, 1000


class WrittenLimit(NamedTuple):
    """A limit for a use, or for all uses without their own limit (None). Omitted parts stay unchanged; ``back`` removes
    the use's own limit."""

    use: ExpiryUse | None
    days: int | None = None
    divisor: int | None = None
    back: bool = False


def read_limit(text: str) -> WrittenLimit:
    """Read one limit; raises ``ValueError`` with the reason."""
    name, equals, value = text.strip().lower().partition("=")
    if not equals:
        name, value = "", name
    use = None if not equals else _use(name.strip())
    value = value.replace(" ", "")
    if value == _BACK and use is not None:
        return WrittenLimit(use, back=True)
    found = _LIMIT.fullmatch(value)
    if not value or found is None:
        raise ValueError(f"{text!r} is not a limit; write {EXAMPLE}")
    try:
        days = None if found[1] is None else read_number_of("d", found[1])
    except ValueError as error:
        raise ValueError(f"{error}; write {EXAMPLE}") from None
    divisor = None if found[2] is None else int(found[2])
    if (days or 0) > _MOST_DAYS or (divisor is not None and not 1 <= divisor <= _MOST_PARTS):
        raise ValueError(f"{text!r} is not a limit: at most {_MOST_DAYS} days, and 1/1 to 1/{_MOST_PARTS}")
    return WrittenLimit(use, days, divisor)


def _use(name: str) -> ExpiryUse:
    try:
        return ExpiryUse(name)
    except ValueError:
        raise ValueError(f"{name!r} is not a use; there are {', '.join(ExpiryUse)}") from None


def with_limits(limits: ExpiryLimits, written: Iterable[WrittenLimit]) -> ExpiryLimits:
    """The limits with the written ones applied, in order."""
    for one in written:
        by_use = {use: limit for use, limit in limits.by_use.items() if use is not one.use}
        if one.back:
            limits = ExpiryLimits(limits.default, by_use)
            continue
        before = limits.default if one.use is None else limits.of(one.use)
        limit = ExpiryLimit(
            before.days if one.days is None else one.days,
            before.lifetime_divisor if one.divisor is None else one.divisor,
        )
        if one.use is None:
            limits = ExpiryLimits(limit, by_use)
        else:
            limits = ExpiryLimits(limits.default, {**by_use, one.use: limit})
    return limits


def read_limits(text: str, before: ExpiryLimits) -> ExpiryLimits:
    """Read all limits, as ``limits_text`` writes them: omitted uses have no own limit. Raises ``ValueError`` with the
    reason."""
    words = re.sub(r"\s*([,=])\s*", r"\1", text).replace(";", " ").split()
    return with_limits(ExpiryLimits(before.default), [read_limit(word) for word in words])


def limits_text(limits: ExpiryLimits) -> str:
    """The limits as people write them: ``30d,1/3 apns=60d,1/2``."""
    own = (f"{use}={_written(limit)}" for use, limit in sorted(limits.by_use.items()))
    return " ".join((_written(limits.default), *own))


def _written(limit: ExpiryLimit) -> str:
    return f"{limit.days}d,1/{limit.lifetime_divisor}"


def limits_words(limits: ExpiryLimits) -> str:
    """The limits in words: ``30 days, at most 1/3 of the lifetime; apns: 60 days, at most 1/2``."""
    own = (f"{use}: {limit_words(limit)}" for use, limit in sorted(limits.by_use.items()))
    return "; ".join((f"{limit_words(limits.default)} of the lifetime", *own))


def limit_words(limit: ExpiryLimit) -> str:
    """``60 days, at most 1/2``."""
    return f"{plural(limit.days, 'day')}, at most 1/{limit.lifetime_divisor}"
