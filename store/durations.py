"""Durations as people write them, the same wherever one is read: ``90s``, ``30min``, ``12h``, ``90d``, ``2w``."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

UNITS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "min": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}
NAMES = {"w": "weeks", "d": "days", "h": "hours", "min": "minutes", "s": "seconds"}
EXAMPLES = "90d, 12h, 2w or 30min"
LONGEST = timedelta(days=99_999)
_WRITTEN = re.compile(rf"(\d+) ?({'|'.join(UNITS)}|)", re.ASCII)
_MOST_DIGITS = 10  # of LONGEST in seconds


def read_duration(text: str, bare: str = "d") -> timedelta:
    """A duration; a bare number is in the unit ``bare``. Raises ``ValueError`` with the reason."""
    match = _WRITTEN.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(f"{text[:40]!r} is not a duration; write {EXAMPLES}")
    number, unit = match[1].lstrip("0") or "0", match[2] or bare
    most = LONGEST // UNITS[unit]
    if len(number) > _MOST_DIGITS or int(number) > most:
        raise ValueError(f"{text[:40]!r} is too long; write at most {most}{unit}")
    return int(number) * UNITS[unit]


def read_number_of(unit: str, text: str) -> int:
    """A duration that is a whole number of a unit, as that number; a bare number is one. Raises ``ValueError`` with the
    reason."""
    length = read_duration(text, unit)
    if length % UNITS[unit]:
        raise ValueError(f"{text[:40]!r} is not a whole number of {NAMES[unit]}")
    return length // UNITS[unit]


def number_of(unit: str) -> Callable[[Any], Any]:
    """A reader that turns a text which is a duration into the number of ``unit``, and leaves what is a number, or none,
    to whoever checks it. For values of JSON."""

    def read(value: Any) -> Any:
        if not isinstance(value, str) or not value.strip() or re.fullmatch(r"\s*-?[\d.]+\s*", value, re.ASCII):
            return value
        return read_number_of(unit, value)

    return read


def duration_text(length: timedelta) -> str:
    """A duration of whole seconds, as ``read_duration`` reads it, in the largest unit up to days: ``36h``, ``14d``."""
    unit = next(unit for unit, size in UNITS.items() if unit != "w" and not length % size)
    return f"{length // UNITS[unit]}{unit}"
