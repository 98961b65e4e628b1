"""Lock-out: after so many failed logins in a row nobody gets in for a while, not even with the right password."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..model.account import LoginFailures

FAILURES = 5
WITHIN = timedelta(minutes=15)
LOCKED_FOR = timedelta(minutes=15)

_QUIET = f"more of them leave no line for {LOCKED_FOR // timedelta(minutes=1)} minutes"


def locked_until(failures: LoginFailures, now: datetime) -> datetime | None:
    """Until when nobody gets in; None if somebody may try."""
    until = failures.locked_until
    # One that ends later than any lasts was set by a clock that was wrong.
    return until if until is not None and now < until <= now + LOCKED_FOR else None


def after_failure(failures: LoginFailures, now: datetime) -> LoginFailures:
    """One more. The last one that is allowed locks, and they are counted anew from then on."""
    recent = (*(at for at in failures.at if now - WITHIN < at <= now), now)
    if len(recent) < FAILURES:
        return LoginFailures(at=recent)
    return LoginFailures(locked_until=now + LOCKED_FOR)


class Strangers:
    """Failed logins under names that no account has, which lock such a name like any other.

    So nobody can tell by a lock-out whether there is an account. They are in memory only, and so many: a name that no
    account has may be a password that was typed into the wrong field.
    """

    MOST = 10_000

    def __init__(self) -> None:
        self._failures: dict[int, LoginFailures] = {}  # by the name's hash, which is another one in each process
        self._lines = LoginFailures()

    def of(self, name: str) -> LoginFailures:
        """The failures under a name."""
        return self._failures.get(hash(name), LoginFailures())

    def failed(self, name: str, now: datetime) -> None:
        """One more."""
        failures = after_failure(self.of(name), now)
        self._failures.pop(hash(name), None)  # the oldest come first
        self._failures[hash(name)] = failures
        if len(self._failures) > self.MOST:
            del self._failures[next(iter(self._failures))]

    def line(self, now: datetime) -> str | None:
        """What the audit trail shall say of it; None if it has been said often enough for now."""
        if locked_until(self._lines, now) is not None:
            return None
        self._lines = after_failure(self._lines, now)
        said = "login failed under a name that no account has"
        return said if self._lines.locked_until is None else f"{said}; {_QUIET}"
