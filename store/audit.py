"""The audit trail: a line for every change, each chained to the previous one by its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

import msgspec

from .clock import Clock
from .errors import Refusal
from .model.account import Role
from .model.audit import Actor, AuditLine, Person
from .model.documents import from_document
from .model.permissions import least_role, may
from .persistence.table import DocumentTable

START = "0" * 64
PAGE = 1000


_ACTING: ContextVar[tuple[tuple[ActingPerson, Actor], ...]] = ContextVar("acting", default=())


class ActingPerson:
    """The person acting on a workspace at the time of the query: a ``Person``.

    ``role_of`` says what role somebody has. This is ``own``, for whom the workspace was opened, unless the running
    thread or asyncio task is inside an ``acting_as``. A task inherits the person from its creator, and so does what
    ``asyncio.to_thread`` runs; a plain thread starts with ``own``.
    """

    def __init__(self, own: Actor, role_of: Callable[[Actor], Role | None] = attrgetter("role")) -> None:
        self.own = own
        self._role_of = role_of

    @property
    def user(self) -> str:
        """The name."""
        return self._now().user

    @property
    def origin(self) -> str | None:
        """The person's network address; None on this machine."""
        return self._now().origin

    @property
    def role(self) -> Role | None:
        """The person's role; None for somebody who may do everything, as at this machine's shell unless an account is
        mapped to their login."""
        return self._role_of(self._now())

    @property
    def settled(self) -> Actor:
        """``own`` with the role that it has here, for a copy of the workspace."""
        return Actor(self.own.user, self.own.origin, self._role_of(self.own))

    @contextmanager
    def acting_as(self, person: Actor) -> Iterator[None]:
        """Make ``person`` the acting person inside."""
        token = _ACTING.set(((self, person), *_ACTING.get()))
        try:
            yield
        finally:
            _ACTING.reset(token)

    def _now(self) -> Actor:
        return next((person for acting, person in _ACTING.get() if acting is self), self.own)


class AuditTrail:
    """Reads and adds lines. Lines can't be changed.

    Every change adds a line, so this is the place that refuses what the acting person's role doesn't allow.
    """

    def __init__(self, table: DocumentTable, clock: Clock, actor: Person) -> None:
        self._table = table
        self._clock = clock
        self._actor = actor

    def permit(self, action: str) -> None:
        """Refuse with ``not-permitted`` what the acting person may not do.

        Adding a line makes the same check. Call this before work that precedes its line, or to refuse even a call that
        would change nothing.
        """
        permit(self._actor.role, action)

    def record(self, action: str, record: str, summary: str, *, by: Actor | None = None) -> None:
        """Add a line, inside the transaction of the change. Never pass a secret.

        The line is in the name of the acting person, whose role may refuse it (``not-permitted``); or ``by`` somebody
        else, such as ``SYSTEM`` for work that happens by itself.
        """
        self.record_all([(action, record, summary)], by=by)

    def record_all(self, events: Iterable[tuple[str, str, str]], *, by: Actor | None = None) -> None:
        """Add a line for each (action, record, summary), all with the same time, inside a transaction."""
        person = by or self._actor
        user, origin, role = person.user, person.origin, person.role
        at, wall_at = _text(self._clock.now()), _text(datetime.now(UTC))
        last = self._table.tail(1)
        previous = last[0]["hash"] if last else START
        lines = []
        for action, record, summary in events:
            permit(role, action)
            line: dict[str, Any] = {
                "at": at,
                "wall_at": wall_at,
                "user": user,
                "origin": origin,
                "action": action,
                "record": record,
                "summary": summary,
                "previous_hash": previous,
            }
            line["hash"] = previous = line_hash(line)
            lines.append(line)
        self._table.insert_multiple(lines)

    def tail(self, limit: int = 100, before: int | None = None) -> list[AuditLine]:
        """The newest lines first; ``before`` an id, for the page after."""
        return [from_document(document, AuditLine) for document in self._table.tail(limit, before)]

    def about(self, record: str) -> list[AuditLine]:
        """Every line about a record (``certificate:12``), newest first."""
        return [from_document(document, AuditLine) for document in reversed(self._table.find("record", record))]

    def broken(self) -> Iterator[tuple[int, str]]:
        """The id of each invalid line, and the reason: its text was changed, or a line before it is missing.

        A truncated trail is found too: ids are consecutive, and the highest id ever used is stored.
        """
        follower: tuple[int, str] | None = None  # the next line, and the hash that it gives for its predecessor
        newest: int | None = None
        before: int | None = None
        while page := self._table.tail(PAGE, before):
            for line in page:
                before = line.doc_id
                newest = newest or before
                if line_hash({name: value for name, value in line.items() if name != "hash"}) != line["hash"]:
                    yield before, "its text was changed"
                if follower is not None and follower[1] != line["hash"]:
                    yield follower[0], f"it doesn't follow line {before}"
                follower = (before, line["previous_hash"])
        if follower is not None and follower[1] != START:
            yield follower[0], "the lines before it were taken out"
        if (newest or 0) != self._table.highest_id():
            yield self._table.highest_id(), "the newest lines were taken out"


def permit(role: Role | None, action: str) -> None:
    """Refuse with ``not-permitted`` what a role may not do; see ``AuditTrail.permit``."""
    if role is not None and not may(role, action):
        raise Refusal(
            "not-permitted",
            f"the role {role} may not do that ({action}); it takes the role {least_role(action)}",
            "Ask an administrator.",
        )


def line_hash(line: dict[str, Any]) -> str:
    """SHA-256 over the line as JSON with sorted keys, without its own hash."""
    return hashlib.sha256(msgspec.json.encode(line, order="sorted")).hexdigest()


def _text(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
