"""Change freezes of the site: days on which nobody starts a change."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from ..errors import Refusal
from ..model.site import Freeze
from ..words import day

STARTS = ("authority.activate", "authority.refresh", "certificate.replace", "device.renew")
"""The actions of the audit trail that start a change, which is noted in a freeze."""
_LISTED = "`certfleet site freeze list` shows them."
LONGEST_WHY = 200
LONGEST = 366  # days
_ADDED = re.compile(r"change freeze (\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)(?: \((.*)\))? added")


def read_day(text: str) -> date:
    """A day that somebody wrote. Refuses with ``freeze-invalid``."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refusal("freeze-invalid", f"{text[:40]!r} is not a date", "Write it like 2026-12-20.") from None


def with_freeze(freezes: Iterable[Freeze], added: Freeze) -> tuple[Freeze, ...]:
    """The freezes, and another one. Refuses with ``freeze-invalid`` and ``freeze-exists``."""
    if added.last < added.first:
        raise Refusal("freeze-invalid", f"a freeze can't end on {day(added.last)}, before it begins", "Write FROM..TO.")
    if (added.last - added.first).days >= LONGEST:
        raise Refusal("freeze-invalid", f"a freeze of more than {LONGEST} days is none", "Look at the years.")
    if len(added.why) > LONGEST_WHY:
        raise Refusal("freeze-invalid", f"the reason is longer than {LONGEST_WHY} characters", "Write a shorter one.")
    known = tuple(freezes)
    if any((one.first, one.last) == (added.first, added.last) for one in known):
        raise Refusal("freeze-exists", f"there is a freeze {span(added)} already", _LISTED)
    return tuple(sorted((*known, added), key=lambda one: (one.first, one.last)))


def added_text(freeze: Freeze) -> str:
    """What the audit trail says of a freeze that was added."""
    return f"change freeze {named(freeze)} added"


def read_added(text: str) -> Freeze | None:
    """The freeze that ``added_text`` says this of; None of another text."""
    if (found := _ADDED.fullmatch(text)) is None:
        return None
    return Freeze(first=date.fromisoformat(found[1]), last=date.fromisoformat(found[2]), why=found[3] or "")


def without_freeze(freezes: Iterable[Freeze], first: date, last: date) -> tuple[Freeze, ...]:
    """The freezes without the one of these days. Refuses with ``freeze-unknown``."""
    known = tuple(freezes)
    left = tuple(one for one in known if (one.first, one.last) != (first, last))
    if left == known:
        raise Refusal("freeze-unknown", f"there is no freeze {day(first)}..{day(last)}", _LISTED)
    return left


def freeze_doubts(freezes: Iterable[Freeze], added: Freeze, today: date) -> tuple[str, ...]:
    """What is odd about a freeze that is added: it is over, or it overlaps others."""
    if added.last < today:
        return (f"the change freeze {named(added)} is over: it moves no day",)
    return tuple(
        f"it overlaps the change freeze {named(one)}"
        for one in freezes
        if one.first <= added.last and added.first <= one.last
    )


def freeze_on(freezes: Iterable[Freeze], on: date) -> Freeze | None:
    """The freeze in which a day is; the one that begins first of several."""
    return next((one for one in freezes if one.first <= on <= one.last), None)


def freeze_notes(freezes: Iterable[Freeze], on: date, what: str) -> tuple[str, ...]:
    """A sentence if something starts in a freeze. It is not refused: a person may have to."""
    found = freeze_on(freezes, on)
    return () if found is None else (f"{what} starts in the change freeze {named(found)}",)


def span(freeze: Freeze) -> str:
    """``2026-12-20..2027-01-06``."""
    return f"{day(freeze.first)}..{day(freeze.last)}"


def named(freeze: Freeze) -> str:
    """The same with its reason."""
    return f"{span(freeze)} ({freeze.why})" if freeze.why else span(freeze)
