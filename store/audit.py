"""The audit trail: a line for every change, each chained to the previous one by its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from .audit_copies.copies import AuditCopies
from .clock import Clock
from .errors import Refusal
from .model.account import Role
from .model.audit import SYSTEM, Actor, AuditLine, Person
from .model.documents import from_document
from .model.permissions import least_role, may
from .persistence.database import Database
from .persistence.engine import Row
from .persistence.table import DocumentTable
from .seals.seal import Seal
from .seals.seal_file import SealFile
from .seals.seals import AuditSeals, Finding, Head, Judgement
from .vault.vault import Vault
from .words import plural

Event = tuple[str, str, str]
"""The action, the record and the summary of a line."""

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
    """Reads and adds lines. Lines can't be changed. ``seals`` seal what is added, ``copies`` copy it to a second
    destination; without, neither is done.

    Every change adds a line, so this is the place that refuses what the acting person's role doesn't allow.
    """

    def __init__(
        self,
        table: DocumentTable,
        clock: Clock,
        actor: Person,
        seals: AuditSeals | None = None,
        copies: AuditCopies | None = None,
    ) -> None:
        self._table = table
        self.seals = seals
        self.copies = copies
        self._clock = clock
        self._actor = actor
        self._written: tuple[Head, int] | None = None  # and the table's generation since

    @classmethod
    def of(cls, database: Database, vault: Vault, clock: Clock, actor: Person, path: Path | None) -> AuditTrail:
        """The trail of the workspace in the folder ``path``: sealed, and copied where the site's setting says. In
        memory neither is done."""
        if path is None:
            return cls(database.table("audit"), clock, actor)
        seals = AuditSeals(database, vault, SealFile(path))
        return cls(database.table("audit"), clock, actor, seals, AuditCopies(database))

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

    def record_all(self, events: Iterable[Event], *, by: Actor | None = None) -> None:
        """Add a line for each (action, record, summary), all with the same time, inside a transaction."""
        events = list(events)
        if events:
            with self._table.transaction():
                self._add(events, by)

    def _add(self, events: list[Event], by: Actor | None) -> None:
        actor: Person = by or self._actor
        at, wall_at = _text(self._clock.now()), _text(datetime.now(UTC))
        before, highest = self._newest()
        previous, lines = before.hash, []
        for person, (action, record, summary) in chain(self._beginning(before), ((actor, event) for event in events)):
            permit(person.role, action)
            line: dict[str, Any] = {
                "at": at,
                "wall_at": wall_at,
                "user": person.user,
                "origin": person.origin,
                "action": action,
                "record": record,
                "summary": summary,
                "previous_hash": previous,
            }
            line["hash"] = previous = line_hash(line)
            lines.append(line)
        rows = [Row(id, line) for id, line in enumerate(lines, highest + 1)]
        self._table.write(rows)
        last = Head(rows[-1].id, previous)
        self._written = last, self._table.generation
        if self.seals is not None:
            self.seals.seal(before, last)
        if self.copies is not None:
            self.copies.add([{**line, "id": row.id} for row, line in zip(rows, lines, strict=True)])

    def _beginning(self, before: Head) -> Iterator[tuple[Person, Event]]:
        """The line that says that nothing before it was sealed."""
        if self.seals is not None and self.seals.begins_after(before):
            said = f"lines are sealed from here on; the {plural(before.line, 'line')} before had no seal"
            yield SYSTEM, ("audit.seal", "workspace:1", said)

    def _newest(self) -> tuple[Head, int]:
        """The last line, and the highest id ever used; inside a transaction. Reading them would write the lines that
        wait for the commit, so those that this trail has just written itself are remembered."""
        if self._written is not None and self._written[1] == self._table.generation:
            last = self._written[0]
            return last, last.line
        return self.head(), self._table.highest_id()

    def head(self) -> Head:
        """The last line."""
        last = self._table.tail(1)
        return Head(last[0].doc_id, last[0]["hash"]) if last else Head(0, START)

    def tail(self, limit: int = 100, before: int | None = None) -> list[AuditLine]:
        """The newest lines first; ``before`` an id, for the page after."""
        return [from_document(document, AuditLine) for document in self._table.tail(limit, before)]

    def about(self, record: str) -> list[AuditLine]:
        """Every line about a record (``certificate:12``), newest first."""
        return [from_document(document, AuditLine) for document in reversed(self._table.find("record", record))]

    def judgement(self) -> Judgement | None:
        """What its seals say of the trail now; None in memory, where nothing is sealed. Fast; ``broken`` reads all."""
        return None if self.seals is None else self.seals.now()

    def seal_line(self) -> str:
        """A seal of the trail as it is now, as one line for safe keeping elsewhere.

        Refuses with ``workspace-in-memory``, and as ``Vault.unlock`` does."""
        return self._sealing().written_down(self.head())

    def against(self, text: str) -> tuple[Seal, tuple[Finding, ...]]:
        """Compare the trail with a text that holds such a line: the seal, and what is wrong.

        Refuses with ``workspace-in-memory`` and ``seal-unreadable``."""
        return self._sealing().against(text)

    def _sealing(self) -> AuditSeals:
        if self.seals is None:
            raise Refusal(
                "workspace-in-memory",
                "the audit trail of a workspace in memory is not sealed",
                "Seal that of a workspace in a folder.",
            )
        return self.seals

    def accept(self, why: str) -> None:
        """Seal the trail as it is, whatever is wrong with it: a person has looked at it, and says why.

        Refuses with ``not-permitted``, ``workspace-in-memory``, and as ``Vault.unlock`` does."""
        self.permit("audit.seal")
        seals = self._sealing()
        with seals.suspended():
            breaks = tuple(one.mark for one in self._breaks())
            self.record("audit.seal", "workspace:1", f"the trail is accepted and sealed as it is: {why}")
            seals.seal_anew(self.head(), self.head().line, breaks)

    def broken(self, accepted: Collection[str] = ()) -> Iterator[tuple[int, str]]:
        """The id of each invalid line, and the reason: its text was changed, or a line before it is missing; without
        the breaks that were ``accepted``.

        A truncated trail is found too: ids are consecutive, and the highest id ever used is stored. What is cut off
        together with that, or made anew with its hashes, is found by its seals.
        """
        return ((one.line, one.reason) for one in self._breaks() if one.mark not in accepted)

    def _breaks(self) -> Iterator[_Break]:
        follower: tuple[int, str] | None = None  # the next line, and the hash that it gives for its predecessor
        newest: int | None = None
        before: int | None = None
        while page := self._table.tail(PAGE, before):
            for line in page:
                before = line.doc_id
                newest = newest or before
                computed = line_hash({name: value for name, value in line.items() if name != "hash"})
                if computed != line["hash"]:
                    yield _Break.of(before, "its text was changed", computed, line["hash"])
                if follower is not None and follower[1] != line["hash"]:
                    yield _Break.of(follower[0], f"it doesn't follow line {before}", follower[1], line["hash"])
                follower = (before, line["previous_hash"])
        if follower is not None and follower[1] != START:
            yield _Break.of(follower[0], "the lines before it were taken out", follower[1], START)
        if (newest or 0) != self._table.highest_id():
            yield _Break.of(self._table.highest_id(), "the newest lines were taken out", "", "")


class _Break(NamedTuple):
    """A place where the chain is broken; ``mark`` is a hash of what is there, so that nothing else passes for it."""

    line: int
    reason: str
    mark: str

    @classmethod
    def of(cls, line: int, reason: str, *hashes: str) -> _Break:
        """The break at a line, between these hashes."""
        return cls(line, reason, hashlib.sha256(f"{line} {reason} {' '.join(hashes)}".encode()).hexdigest())


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
