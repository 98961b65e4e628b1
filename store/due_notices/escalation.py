"""Notices that nobody acknowledges: after a set time they go to the deputy, and after as long again to all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ..model.audit import SYSTEM
from ..model.notice import DRILL, Notice, Stage, Urgency
from ..model.site import SiteSettings
from ..notices.answerable import addresses_of
from ..notices.outbox import Outbox
from ..persistence.records import RecordTable
from ..persistence.schema import is_virtual
from ..persistence.table_result import TableResult
from ..use_cases import Context, UseCases
from .holding_notices import HoldingNotices


class OpenNotice(Struct):
    """The fields of a notice that say whether and when it goes on to somebody else."""

    id: int
    at: datetime
    kind: str
    urgency: Urgency = Urgency.INFO
    over_at: datetime | None = None
    stage: Stage = Stage.ALL
    passed_on_at: datetime | None = None
    acknowledged_until: datetime | None = None


class PassingOn(NamedTuple):
    """A notice that goes to somebody else, and when."""

    at: datetime
    id: int


class Escalation(UseCases):
    """Passes notices on, by the workspace's clock."""

    def __init__(
        self,
        context: Context,
        *,
        site: Callable[[], SiteSettings],
        outbox: Outbox,
        holding: HoldingNotices,
    ) -> None:
        super().__init__(context)
        self._site = site
        self._outbox = outbox
        self._holding = holding
        self._table = RecordTable(self._database.table("notices"), Notice)
        self._open = TableResult(self._database, "notices", OpenNotice, _open)

    def due(self, now: datetime) -> PassingOn | None:
        """The first one that is due by now."""
        first = self._first()
        return first if first is not None and first.at <= now else None

    def next_at(self) -> datetime | None:
        """When the next one is due."""
        first = self._first()
        return None if first is None else first.at

    def pass_on(self, now: datetime) -> None:
        """Pass on everything that is due, inside a transaction. What no longer holds is over instead."""
        keys: frozenset[str] | None = None
        while (due := self.due(now)) is not None:
            notice = self._table.get(due.id)
            keys = self._holding.keys(now) if keys is None else keys
            if notice.key and not notice.key.startswith("plan-") and notice.key not in keys:
                self._table.change(notice, over_at=now)
                continue
            to_deputy = notice.stage is Stage.OWNER and notice.deputy
            after = replace(
                notice,
                stage=Stage.DEPUTY if to_deputy else Stage.ALL,
                passed_on_at=due.at if is_virtual(self._database) else now,
                acknowledged_by="",
                acknowledged_at=None,
                acknowledged_until=None,
            )
            self._table.write(notice, after)
            self._outbox.add(after.id, addresses_of(after))
            to = f"deputy {notice.deputy}" if to_deputy else "all"
            whom = notice.owner if notice.stage is Stage.OWNER else notice.deputy
            said = f"not acknowledged by {whom}: it goes to {to}: {notice.title}"
            self._audit.record("notice.pass-on", f"notice:{notice.id}", said, by=SYSTEM)

    def _first(self) -> PassingOn | None:
        open = self._open.get()
        hours = self._site().escalation_hours if open else 0
        if not hours:
            return None
        wait = timedelta(hours=hours)
        return min(
            PassingOn(
                one.acknowledged_until if one.acknowledged_until else (one.passed_on_at or one.at) + wait,
                one.id,
            )
            for one in open
        )


def _open(all: list[OpenNotice]) -> list[OpenNotice]:
    """Those that may still go to somebody else."""
    return [
        one
        for one in all
        if one.stage is not Stage.ALL and one.over_at is None and one.urgency is not Urgency.INFO and one.kind != DRILL
    ]
