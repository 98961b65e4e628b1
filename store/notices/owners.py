"""Owners, deputies and runbooks of certificates, components and CA groups."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import UNSET, UnsetType

from ..errors import Refusal
from ..model.ownership import LONGEST_RUNBOOK, Answerable, OwnershipRecord
from ..printable import printable
from ..use_cases import Context, UseCases
from .answerable import BY_SITE, KINDS, answerable, ownerships
from .people import is_same, person


class Owners(UseCases):
    """Who answers for what."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._table = ownerships(self._database)

    def all(self) -> tuple[OwnershipRecord, ...]:
        """What was set, by record."""
        return tuple(sorted(self._table.all(), key=lambda one: _order(one.record)))

    def of(self, record: str) -> Answerable:
        """Who answers for a record (``certificate:4``), inherited or not."""
        with self._database.moment():
            return answerable(self._database, record)

    def names(self, records: Iterable[str]) -> dict[str, str]:
        """The owners of records, without those that have none; cheap where nothing has an owner."""
        with self._database.moment():
            if not len(self._table) and not answerable(self._database, BY_SITE).owner:
                return {}
            found = ((record, answerable(self._database, record).owner) for record in records)
            return {record: owner for record, owner in found if owner}

    def own(self, record: str) -> OwnershipRecord:
        """What was set for the record itself; empty fields if nothing was."""
        return self._table.first("record", record) or OwnershipRecord(id=0, record=record)

    def set(
        self,
        record: str,
        *,
        owner: str | UnsetType = UNSET,
        deputy: str | UnsetType = UNSET,
        runbook: str | UnsetType = UNSET,
    ) -> Answerable:
        """Set what is given; empty takes it back, so that it is inherited again.

        Refuses with ``record-unknown``, ``person-unknown``, ``deputy-is-owner`` or ``runbook-too-long``.
        """
        with self._database.transaction():
            self.check(record)
            wanted: dict[str, Any] = {}
            if owner is not UNSET:
                wanted["owner"] = person(self._database, owner)
            if deputy is not UNSET:
                wanted["deputy"] = person(self._database, deputy)
            if runbook is not UNSET:
                wanted["runbook"] = _runbook(runbook)
            before = self.own(record)
            after = self._put(before, **wanted)
            known = answerable(self._database, record)
            if is_same(known.owner, known.deputy):
                raise Refusal(
                    "deputy-is-owner", f"{known.owner} can't be the deputy of themselves", "Name another one."
                )
            if after != before:
                self._audit.record("owner.set", record, _said(before, after))
        return known

    def moved(self, old: str, new: str) -> None:
        """A record took over from another one: it has the same owner, unless it has its own. Inside a transaction."""
        before, now = self.own(old), self.own(new)
        if before.id and not now.id:
            self._put(now, owner=before.owner, deputy=before.deputy, runbook=before.runbook)

    def forget(self, record: str) -> None:
        """A record is gone. Inside a transaction."""
        if (known := self.own(record)).id:
            self._table.table.remove(doc_ids=[known.id])

    def _put(self, before: OwnershipRecord, **fields: str) -> OwnershipRecord:
        if before.id:
            after = self._table.change(before, **fields)
            if not (after.owner or after.deputy or after.runbook):
                self._table.table.remove(doc_ids=[after.id])
            return after
        if not any(fields.values()):
            return before
        return self._table.add(OwnershipRecord(id=0, record=before.record, **fields))

    def check(self, record: str) -> None:
        """Refuses with ``record-unknown``."""
        kind, _, number = record.partition(":")
        table = KINDS.get(kind)
        found = None
        if table is not None and number.isascii() and number.isdecimal():
            found = self._database.table(table).get(doc_id=int(number))
        if found is None or found.get("deleted_at") is not None:
            raise Refusal("record-unknown", f"there is no {printable(record)[:60]} that could have an owner")


def _order(record: str) -> tuple[str, int]:
    kind, _, number = record.partition(":")
    return kind, int(number) if number.isdecimal() else 0


def _runbook(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST_RUNBOOK:
        raise Refusal(
            "runbook-too-long", f"a runbook has at most {LONGEST_RUNBOOK:,} characters", "Link to a longer one."
        )
    return text


def _said(before: OwnershipRecord, after: OwnershipRecord) -> str:
    parts = []
    for what in ("owner", "deputy"):
        if getattr(before, what) != getattr(after, what):
            parts.append(f"{what}: {getattr(after, what) or 'none of its own'}")
    if before.runbook != after.runbook:
        parts.append(
            "another runbook" if before.runbook and after.runbook else f"{'a' if after.runbook else 'no'} runbook"
        )
    return "; ".join(parts)
