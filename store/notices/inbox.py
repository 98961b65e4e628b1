"""The inbox: notices, each given once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from msgspec import Struct

from ..clock import Clock, rfc3339
from ..model.documents import from_document, to_document
from ..model.notice import Channel, Notice, Stage, Urgency
from ..model.ownership import Answerable
from ..persistence.conditions import Key, OneOf
from ..persistence.database import Database
from ..persistence.engine import Row
from ..persistence.schema import is_virtual
from ..persistence.table_result import TableResult
from .answerable import addresses_of, answerable
from .outbox import Outbox, notice_unknown

_KEY = Key("key")


class _Marks(Struct):
    """The field of a notice that says who has read it."""

    id: int
    read_by: tuple[str, ...] = ()


class Notices:
    """The notices of a workspace. Read marks are personal and leave no audit line."""

    def __init__(self, database: Database, outbox: Outbox, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._table = database.table("notices")
        self._outbox = outbox
        self._unread: dict[str, TableResult[_Marks, frozenset[int]]] = {}

    def tell(
        self,
        kind: str,
        record: str,
        title: str,
        text: str,
        at: datetime,
        *,
        key: str | None = None,
        urgency: Urgency = Urgency.INFO,
        recipient: str | None = None,
        without: Channel | None = None,
        owner: str | None = None,
    ) -> int | None:
        """Add a notice, inside the transaction that causes it; returns its id.

        Returns None if there was a notice with this ``key`` before. The courier delivers it later, by the channels
        configured now (except ``without``), by mail to the owner of ``record`` if it has one; nothing here waits for a
        network. ``owner``: somebody else than that.
        """
        with self._database.transaction():
            if key and self.told(key):
                return None
            who = answerable(self._database, record) if owner is None else Answerable(owner=owner)
            notice = Notice(
                id=0,
                at=at,
                kind=kind,
                record=record,
                title=title,
                text=text,
                key=key or "",
                urgency=urgency,
                recipient=recipient,
                owner=who.owner,
                deputy=who.deputy,
                runbook=who.runbook,
                stage=Stage.OWNER if who.owner else Stage.ALL,
                # Nobody was open for a while, say: the owner has all the time from now on.
                passed_on_at=None if not who.owner or is_virtual(self._database) else self._clock.now(),
            )
            id = self._table.insert(to_document(notice))
            self._outbox.add(id, addresses_of(notice), without=without)
            return id

    def over(self, id: int, at: datetime) -> None:
        """What a notice tells of is over. Inside a transaction."""
        if self._table.get(doc_id=id) is not None:
            self._table.update({"over_at": rfc3339(at)}, doc_ids=[id])

    def told(self, key: str) -> bool:
        """Whether there is a notice with this key."""
        return bool(key) and bool(self._table.find("key", key))

    def are_told(self, keys: Collection[str]) -> bool:
        """Whether there is a notice with each of these keys."""
        wanted = set(keys)
        if not wanted or "" in wanted:
            return not wanted
        return len(self._table.grouped([_KEY], OneOf(_KEY, tuple(sorted(wanted))))) == len(wanted)

    def get(self, id: int) -> Notice:
        """One notice; refuses with ``notice-unknown``."""
        notice = self._table.record(id, Notice)
        if notice is None:
            raise notice_unknown(id)
        return notice

    def list(self, limit: int = 1000, *, before: int | None = None, unread_by: str | None = None) -> list[Notice]:
        """Newest first, ids below ``before``; ``unread_by`` limits it to those that this user has not marked as
        read."""
        if unread_by is None:
            return [from_document(document, Notice) for document in self._table.tail(limit, before)]
        with self._database.lock:
            ids = sorted(id for id in self._unread_by(unread_by) if before is None or id < before)[-limit:]
            return self._table.records(Notice, ids)[::-1]

    def unread(self, user: str) -> int:
        """How many notices a user has not marked as read; cheap enough to call every second."""
        return len(self._unread_by(user))

    def mark_read(self, ids: Iterable[int], user: str) -> int:
        """Mark notices as read by a user; returns how many were unread. Refuses with ``notice-unknown``."""
        return self._mark(ids, user, read=True)

    def mark_unread(self, ids: Iterable[int], user: str) -> int:
        """Mark notices as unread; returns how many were read. Refuses with ``notice-unknown``."""
        return self._mark(ids, user, read=False)

    def mark_all_read(self, user: str) -> int:
        """Mark all notices as read; returns how many were unread."""
        with self._database.transaction():
            return self._mark(self._unread_by(user), user, read=True)

    def _mark(self, ids: Iterable[int], user: str, *, read: bool) -> int:
        wanted = set(ids)
        with self._database.transaction():
            found = self._table.records(Notice, wanted)
            if missing := wanted - {notice.id for notice in found}:
                raise notice_unknown(min(missing))
            rows = []
            for notice in found:
                readers = [reader for reader in notice.read_by if reader != user]
                if (len(readers) == len(notice.read_by)) == read:
                    after = {**to_document(notice), "read_by": [*readers, user] if read else readers}
                    rows.append(Row(notice.id, after))
            self._table.write(rows)
        return len(rows)

    def _unread_by(self, user: str) -> frozenset[int]:
        if user not in self._unread:
            self._unread[user] = TableResult(
                self._database,
                "notices",
                _Marks,
                lambda all: frozenset(marks.id for marks in all if user not in marks.read_by),
            )
        return self._unread[user].get()
