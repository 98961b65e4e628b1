"""Numbers, days and times in words: the one place of each format, for rules, front ends, mails and exports."""

from __future__ import annotations

import shlex
from datetime import date, datetime, timedelta

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


def capitalised(words: str) -> str:
    """With a capital letter first, as titles and labels have it; the others stay: ``SHA-256 of key``."""
    return f"{words[:1].upper()}{words[1:]}"


def plural(count: int, word: str) -> str:
    """``1 certificate``, ``2,340 certificates``, ``2 identities``."""
    if count == 1:
        return f"1 {word}"
    return f"{count:,} {word[:-1]}ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else f"{count:,} {word}s"


def argument(name: object) -> str:
    """A name or path in a command that people copy: one word for a POSIX shell, and no option to the command."""
    word = shlex.quote(str(name))
    return f"-- {word}" if str(name).startswith("-") else word


def days_text(days: int) -> str:
    """``8 days left``, ``expires today``, ``expired 3 days ago``."""
    if days == 0:
        return "expires today"
    return f"{plural(days, 'day')} left" if days > 0 else f"expired {plural(-days, 'day')} ago"


def when_text(days: int) -> str:
    """``today``, ``in 8 days``."""
    return "today" if days <= 0 else f"in {plural(days, 'day')}"


def age_text(time: datetime | None, now: datetime) -> str:
    """``5 h ago``, ``just now``, ``never``."""
    if time is None:
        return "never"
    return f"{length_text(now - time)} ago" if now - time >= _MINUTE else "just now"


def length_text(length: timedelta) -> str:
    """``25 min``, ``5 h``, ``12 d``."""
    if length < _HOUR:
        return f"{length // _MINUTE} min"
    if length < 48 * _HOUR:
        return f"{length // _HOUR} h"
    return f"{length.days:,} d"


def day(time: date) -> str:
    """``2026-11-24``."""
    return f"{time:%Y-%m-%d}"


def minute(time: datetime) -> str:
    """``2026-11-24 03:10``."""
    return f"{time:%Y-%m-%d %H:%M}"


STAMP = "%Y-%m-%dT%H%M%SZ"
"""``2026-11-24T031000Z``: a time in a file's name, UTC, for ``strftime`` and ``strptime``."""


def second(time: datetime) -> str:
    """``2026-11-24 03:10:00``."""
    return f"{time:%Y-%m-%d %H:%M:%S}"


def moment(time: datetime) -> str:
    """``2026-11-24 03:10:00 UTC``."""
    return f"{second(time)} UTC"


def hour(time: datetime) -> str:
    """``03:10``, if the day is known."""
    return f"{time:%H:%M}"


def hexadecimal(digest: str) -> str:
    """``AB:CD:…`` in pairs, as other tools show fingerprints."""
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2)).upper()


def key_text(algorithm: str, size: int | None) -> str:
    """``RSA 2048``, ``EC P-256``, ``Ed25519``."""
    return algorithm if size is None or any(letter.isdigit() for letter in algorithm) else f"{algorithm} {size}"
