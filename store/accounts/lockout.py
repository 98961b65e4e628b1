"""Lock-out: after several failed logins in a row nobody can log in for a while, even with the right password."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..model.account import LoginFailures

FAILURES = 5
WITHIN = timedelta(minutes=15)
LOCKED_FOR = timedelta(minutes=15)

_QUIET = f"more of them leave no line for {LOCKED_FOR // timedelta(minutes=1)} minutes"


def locked_until(failures: LoginFailures, now: datetime) -> datetime | None:
    """The end of the lock-out, or None."""
    until = failures.locked_until
    # An end further away than the longest lock-out comes from a wrong clock.
    return until if until is not None and now < until <= now + LOCKED_FOR else None


def after_failure(failures: LoginFailures, now: datetime) -> LoginFailures:
    """Count a failure. The last allowed one locks and resets the count."""
    recent = (*(at for at in failures.at if now - WITHIN < at <= now), now)
    if len(recent) < FAILURES:
        return LoginFailures(at=recent)
    return LoginFailures(locked_until=now + LOCKED_FOR)


class Strangers:
    """Failed logins under unknown names, which lock such a name like any other.

    So a lock-out doesn't reveal whether an account exists. Names are kept in memory only, and only a limited number: an
    unknown name may be a password typed into the wrong field.
    """

    MOST = 10_000

    def __init__(self) -> None:
        self._failures: dict[int, LoginFailures] = {}  # by the name's hash, which differs between processes
        self._lines = LoginFailures()

    def of(self, name: str) -> LoginFailures:
        """The failures under a name."""
        return self._failures.get(hash(name), LoginFailures())

    def failed(self, name: str, now: datetime) -> None:
        """Count a failure."""
        failures = after_failure(self.of(name), now)
        self._failures.pop(hash(name), None)  # oldest first
        self._failures[hash(name)] = failures
        if len(self._failures) > self.MOST:
            del self._failures[next(iter(self._failures))]

    def line(self, now: datetime) -> str | None:
        """The audit line for a failure; None if there were enough recently."""
        if locked_until(self._lines, now) is not None:
            return None
        self._lines = after_failure(self._lines, now)
        said = "login failed under a name that no account has"
        return said if self._lines.locked_until is None else f"{said}; {_QUIET}"
