"""When a certificate is expiring and critical by the site's settings: by days and by share of its lifetime."""

from __future__ import annotations

from datetime import timedelta

from ..model.certificate import Certificate, UseAs
from ..model.expiry import CRITICAL, EXPIRING, ExpiryLimit, ExpiryLimits, ExpiryUse
from ..model.site import SiteSettings

_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_USES = {UseAs[use.name]: use for use in ExpiryUse if use.name in UseAs.__members__}


class ExpiryRule:
    """The rule for one use. ``earliest`` is at least as long as ``expiring`` for any lifetime."""

    __slots__ = ("_critical", "_expiring", "earliest")

    def __init__(self, expiring: ExpiryLimit, critical: ExpiryLimit) -> None:
        self._expiring, self._critical = expiring, critical
        self.earliest = timedelta(days=expiring.days)

    def expiring(self, lifetime: timedelta) -> timedelta:
        """How long before its expiry a certificate with this lifetime becomes expiring."""
        return _before_end(self._expiring, lifetime)

    def critical(self, lifetime: timedelta) -> timedelta:
        """How long before its expiry it becomes critical."""
        return _before_end(self._critical, lifetime)

    def at_most(self, days: int, lifetime: timedelta) -> timedelta:
        """So many days before its expiry, but at most the share of its lifetime at which it becomes expiring."""
        return _before_end(ExpiryLimit(days, self._expiring.lifetime_divisor), lifetime)


class ExpiryRules:
    """The rules of a site; immutable. ``earliest`` is at least as long as ``expiring`` for every use."""

    __slots__ = ("_by_use", "earliest")

    def __init__(self, expiring: ExpiryLimits = EXPIRING, critical: ExpiryLimits = CRITICAL) -> None:
        self._by_use = {use: ExpiryRule(expiring.of(use), critical.of(use)) for use in ExpiryUse}
        self.earliest = max(rule.earliest for rule in self._by_use.values())

    def __getitem__(self, use: ExpiryUse) -> ExpiryRule:
        return self._by_use[use]

    def of(self, certificate: Certificate) -> ExpiryRule:
        """The rule for an entry of the inventory."""
        return self._by_use[ExpiryUse.CA if certificate.is_ca else _USES[certificate.use_as]]


def expiry_rules(site: SiteSettings) -> ExpiryRules:
    """The rules for *expiring* and *critical* in these settings."""
    return ExpiryRules(site.expiring, site.critical)


def _before_end(limit: ExpiryLimit, lifetime: timedelta) -> timedelta:
    """In whole days, so that the days left determine the status; for periods under about three days, exactly. A
    validity includes both of its ends."""
    share = (lifetime + _SECOND) // limit.lifetime_divisor
    return min(timedelta(days=limit.days), share // _DAY * _DAY if share >= _DAY else share)
