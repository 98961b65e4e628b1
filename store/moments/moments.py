"""Keeping moments, and going back to one.

A moment costs what is overwritten after it, not a copy (``persistence.sql.restore_points``). In a workspace with a
virtual clock one is kept before each destructive act of a person; anybody may name one in any workspace.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple

from ..clock import virtual
from ..devices.events import EventLog, LogDigest
from ..errors import Refusal
from ..model.audit import AuditLine
from ..model.documents import from_document
from ..model.kept_moment import KeptMoment
from ..persistence.database import Database
from ..persistence.records import RecordTable
from ..printable import printable
from ..use_cases import Context, UseCases
from ..words import argument, minute
from .destructive import is_destructive

MOST_AUTOMATIC = 40
"""The automatic moments that are kept; then the oldest goes."""

LONGEST_NAME = 60

_HINT = "`certfleet moment list` lists them."

SPARED = frozenset(
    {
        "accounts",
        "account_sessions",
        "audit",
        "audit_copy",
        "audit_seals",
        "moments",
        "scenario_said",
        "scrape_tokens",
        "vault_keys",
    }
)
"""The tables that stay as they are when a workspace goes back: what people did and said, and how they log in and unlock
it."""


class _Present(NamedTuple):
    """A restore point, with the time and the device events at it."""

    point: int
    at: datetime
    log: LogDigest


class Moments(UseCases):
    """The moments of a workspace. ``automatic``: one is kept before each destructive act while its clock is virtual."""

    def __init__(self, context: Context, *, automatic: bool) -> None:
        super().__init__(context)
        self._automatic = self._goes_back = automatic
        self._suspended = False
        self._table = RecordTable(
            self._database.table("moments"), KeptMoment, "moment-unknown", "there is no moment {id}", _HINT
        )
        self._events = EventLog(self._database.table("device_events"), self._database.table("event_log"))
        self._lines = self._database.table("audit")
        self._settings = self._database.table("workspace")

    @property
    def goes_back(self) -> bool:
        """Whether one is kept before each destructive act here; of a copy, in the workspace that it stands for."""
        return self._goes_back and not self._suspended and not self._is_wall()

    def stand_for(self, others: Moments) -> None:
        """Those of a copy: what is tried on it is for another workspace."""
        self._goes_back = others._goes_back

    def last_line(self) -> int:
        """The id of the newest line of the audit trail, for ``is_kept_before``."""
        return self._lines.highest_id()

    def is_kept_before(self, line: int) -> bool:
        """Whether one is kept before what was done after this line of the audit trail."""
        return self.goes_back and any(is_destructive(one.action) for one in self.since(line))

    def all(self) -> list[KeptMoment]:
        """All moments, the oldest first."""
        return self._table.all()

    def before(self, lines: Sequence[AuditLine]) -> KeptMoment | None:
        """The moment that was kept before a change, if the workspace can go back to it; ``lines`` are those of the
        change in the audit trail."""
        if self._is_wall():
            return None
        said, user, at = {line.summary for line in lines}, lines[0].user, lines[0].at
        found = (one for one in self.all() if one.name is None and one.before in said)
        return max((one for one in found if one.user == user and one.at <= at), key=lambda one: one.id, default=None)

    def find(self, name: str) -> KeptMoment:
        """The moment with this name or id; refuses with ``moment-unknown``."""
        named = next((one for one in self.all() if one.name == name), None)
        if named is None and name.isascii() and name.isdecimal() and len(name) < 10:
            named = self._table.peek(int(name))
        if named is None:
            raise Refusal("moment-unknown", f"there is no moment {printable(name)!r}", _HINT)
        return named

    def save(self, name: str) -> KeptMoment:
        """Keep the present state under a name. Refuses with ``moment-name-invalid`` or ``moment-name-taken``."""
        name = name.strip()
        if not name:
            raise Refusal("moment-name-invalid", "a moment needs a name", "Type one.")
        if len(name) > LONGEST_NAME or printable(name) != name or name.isdecimal() or "/" in name:
            raise Refusal(
                "moment-name-invalid",
                f"{printable(name)[:LONGEST_NAME]!r} can't be the name of a moment",
                f"Use up to {LONGEST_NAME} printable characters without a slash, not only digits.",
            )
        if name == "now":
            raise Refusal("moment-name-invalid", "'now' is the present state, not a moment", "Choose another name.")
        with self._database.transaction():
            if any(one.name == name for one in self.all()):
                raise Refusal(
                    "moment-name-taken",
                    f"there is a moment {name!r} already",
                    f"Choose another name, or drop that one: `certfleet moment forget {argument(name)}`.",
                )
            moment = self._keep(self._present(), name=name, before="")
            self._audit.record("moment.save", f"moment:{moment.id}", f"the present state kept as moment {name!r}")
        return moment

    def before_time_passes(self) -> None:
        """Keep a moment before simulated time passes, unless nothing has changed since the newest one."""
        if not self._automatic or self._is_wall():
            return
        with self._database.transaction(routine=True):
            number = self._database.engine.last_transaction()
            if not self._suspended and all(one.same_until < number for one in self.all()):
                self._keep(self._present(), name=None, before="time passes")
                self._limit()

    def _limit(self) -> None:
        for oldest in [one for one in self.all() if one.name is None][:-MOST_AUTOMATIC]:
            self._drop(oldest)

    def forget(self, name: str) -> KeptMoment:
        """Drop a moment; the others stay. Refuses with ``moment-unknown``."""
        with self._database.transaction():
            moment = self.find(name)
            self._drop(moment)
            self._audit.record("moment.forget", f"moment:{moment.id}", f"{title_of(moment)} forgotten")
        return moment

    def go(self, name: str) -> KeptMoment:
        """Give the workspace the state of a moment again. The audit trail, the accounts and the moments stay.

        The state that it leaves is kept as a moment, too. The caller keeps simulators away. Refuses with
        ``moment-unknown`` or ``cannot-go-back``.
        """
        with self._database.transaction():
            moment = self.find(name)
            if self._is_wall():
                typed = argument(name)
                raise Refusal(
                    "cannot-go-back",
                    "a workspace with the wall clock can't go back: the real world doesn't",
                    f"`certfleet moment show {typed}` and `certfleet moment compare {typed} now` look at the moment.",
                )
            self._audit.permit("moment.go")
            left = self._clock.now()
            self._database.restore(moment.number, SPARED)
            said = f"went back from {minute(left)} to {minute(moment.at)}, {title_of(moment)}"
            self._audit.record("moment.go", f"moment:{moment.id}", said)
        return moment

    def restore_copy(self, moment: KeptMoment) -> None:
        """Give a copy in memory the state of a moment, at its time, to be looked at."""
        with self._database.transaction():
            self._database.restore(moment.number, SPARED)
            self._settings.update({"clock": virtual(moment.at)}, doc_ids=[1])

    @contextmanager
    def none_kept(self) -> Iterator[None]:
        """Inside, no moment is kept by itself: what is done there belongs to the making of an invented workspace."""
        before, self._suspended = self._suspended, True
        try:
            yield
        finally:
            self._suspended = before

    @contextmanager
    def around(self) -> Iterator[None]:
        """Wraps each transaction: keeps a moment before it, if it is a destructive act of a person."""
        if not self._automatic or self._suspended or self._database.is_routine or self._is_wall():
            yield
            return
        present, last = self._present(), self._lines.highest_id()
        yield
        act = next((line for line in self.since(last) if is_destructive(line.action)), None)
        if act is not None:
            self._keep(present, name=None, before=act.summary, is_act=True)
            self._limit()
        elif all(one.number != present.point for one in self.all()):
            self._database.engine.drop_point(present.point)

    def since(self, last: int) -> list[AuditLine]:
        """The lines of the audit trail after this one, the oldest first."""
        new = self._lines.highest_id() - last
        return [from_document(document, AuditLine) for document in reversed(self._lines.tail(new))] if new else []

    def _present(self) -> _Present:
        """Make a restore point of the state before this transaction, which has written nothing about devices yet."""
        return _Present(self._database.engine.keep_point(), self._clock.now(), self._events.digest())

    def _keep(self, state: _Present, *, name: str | None, before: str, is_act: bool = False) -> KeptMoment:
        moment = KeptMoment(
            id=0,
            number=state.point,
            same_until=state.point + (0 if is_act else 1),  # keeping it is a transaction, too
            name=name,
            before=before,
            user=self._actor.user,
            at=state.at,
            wall_at=datetime.now(UTC).replace(microsecond=0),
            events=state.log.count,
            sha256=state.log.sha256,
        )
        return self._table.add(moment)

    def _drop(self, moment: KeptMoment) -> None:
        self._table.remove(moment.id)
        if all(one.number != moment.number for one in self.all()):
            self._database.engine.drop_point(moment.number)

    def _is_wall(self) -> bool:
        settings = self._settings.get(doc_id=1)
        return settings is None or settings["clock"]["kind"] == "wall"


def forget_all(database: Database) -> None:
    """Drop every moment, inside a transaction: what they hold no longer fits the workspace."""
    for point in database.engine.points():
        database.engine.drop_point(point)
    database.table("moments").truncate()


def title_of(moment: KeptMoment) -> str:
    """``moment 'before the rotation'`` or ``moment 12, before: certificate 4 deleted``."""
    return f"moment {moment.id}, before: {moment.before}" if moment.name is None else f"moment {moment.name!r}"
