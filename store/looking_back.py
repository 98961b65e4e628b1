"""What others changed in a workspace since a person last looked, from its audit trail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .audit import PAGE, AuditTrail
from .model.audit import SYSTEM, AuditLine
from .printable import printable
from .words import plural

MOST = 1000
"""The most lines that are told of."""

_PAGES = 50  # in a simulation, most lines are nobody's
_NO_CHANGES = ("account.login", "account.logout", "account.timeout", "audit.seal")
_KINDS = {
    "account": "account",
    "authority": "CA group",
    "bulk": "device certificate",
    "certificate": "certificate",
    "change": "undo",
    "component": "component",
    "device": "device",
    "endpoint": "endpoint",
    "notice": "notice",
    "owner": "owner",
    "plan": "plan",
    "policy": "policy",
    "push": "push certificate",
    "request": "request",
    "site": "setting",
    "task": "task",
    "trust": "trust setting",
}


def changes_of_others(audit: AuditTrail, line: int, user: str) -> list[AuditLine]:
    """The lines after this one that are by somebody else than ``user``, newest first; what happened by itself and who
    came and went is left out."""
    found: list[AuditLine] = []
    before: int | None = None
    pages = 0
    while len(found) < MOST and pages < _PAGES and (page := audit.tail(PAGE, before)):
        for one in page:
            if one.id <= line:
                return found[:MOST]
            if one.user not in (user, SYSTEM.user) and not one.action.startswith(_NO_CHANGES):
                found.append(one)
        before, pages = page[-1].id, pages + 1
    return found[:MOST]


def said_of(changes: Sequence[AuditLine]) -> str:
    """``12 changes by ann and ben: certificate 5, device 4, setting 3``; ``changes`` are not empty."""
    people = [printable(name) for name in dict.fromkeys(one.user for one in changes)]
    who = people[0] if len(people) == 1 else f"{', '.join(people[:2])} and {plural(len(people) - 2, 'other')}"
    who = f"{people[0]} and {people[1]}" if len(people) == 2 else who
    kinds = Counter(_KINDS.get(one.action.partition(".")[0], "other") for one in changes)
    count = f"{MOST:,} or more changes" if len(changes) >= MOST else plural(len(changes), "change")
    return f"{count} by {who}: {', '.join(f'{kind} {count:,}' for kind, count in kinds.most_common(4))}"
