"""When notices of an expiry are due: as the certificate becomes expiring and critical, or on days of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from ..inventory.expiry import ExpiryRule, ExpiryRules
from ..model.authority import Authority
from ..model.expiry import CRITICAL, EXPIRING, ExpiryUse
from ..times import shifted

AUTHORITY_DAYS = 90
"""The first notice of a device CA's expiry, besides those of other certificates."""


class NoticePeriod(NamedTuple):
    """How long before an expiry a notice is due. ``key`` is the number of days by the default settings: notices given
    earlier have it in their keys, and a change of the settings must not repeat them."""

    key: int
    ahead: timedelta
    is_urgent: bool


def notice_periods(rule: ExpiryRule, lifetime: timedelta) -> tuple[NoticePeriod, ...]:
    """When notices of an expiry are due: when *expiring* begins, and when *critical* does."""
    expiring, critical = rule.expiring(lifetime), rule.critical(lifetime)
    found = [NoticePeriod(EXPIRING.default.days, expiring, expiring <= critical)]
    if critical < expiring:
        found.append(NoticePeriod(CRITICAL.default.days, critical, True))
    return tuple(one for one in found if one.ahead)


def authority_periods(authority: Authority, rules: ExpiryRules) -> tuple[NoticePeriod, ...]:
    """The same for a device CA, whose replacement takes longer: first some months ahead."""
    rule, lifetime = rules[ExpiryUse.CA], authority.not_after - authority.not_before
    others = notice_periods(rule, lifetime)
    first = NoticePeriod(AUTHORITY_DAYS, rule.at_most(AUTHORITY_DAYS, lifetime), False)
    return (first, *others) if all(first.ahead > one.ahead for one in others) else others


def gateway_periods(days: Iterable[int], rule: ExpiryRule, lifetime: timedelta) -> tuple[NoticePeriod, ...]:
    """When the monitor of gateway certificates is due: the site's days, at most for the share of the lifetime
    that *expiring* has."""
    critical = rule.critical(lifetime)
    shortest: dict[timedelta, int] = {}
    for some in days:
        ahead = rule.at_most(some, lifetime)
        shortest[ahead] = min(some, shortest.get(ahead, some))
    return tuple(NoticePeriod(some, ahead, ahead <= critical) for ahead, some in shortest.items())


def moments(end: datetime, start: datetime, periods: Sequence[NoticePeriod]) -> list[tuple[NoticePeriod, datetime]]:
    """The times of notices before the expiry, each with its period. If some of them had passed when the certificate
    came into use (``start``), only the latest counts, and is due at once."""
    found = []
    times = [(period, shifted(end, -period.ahead)) for period in periods]
    passed = [period for period, at in times if at < start]
    if passed and start <= end:
        found.append((min(passed, key=lambda period: period.ahead), start))
    found += [(period, at) for period, at in times if at >= start]
    return found
