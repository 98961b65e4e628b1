"""The last day to start each change: keeping what forecasts found, and which of it still holds."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from ..model.start_by import LastStart, StartBy
from ..persistence.records import RecordTable
from ..use_cases import Context, UseCases
from ..words import plural
from .wording import start_words, with_age

if TYPE_CHECKING:
    from ..consequences.landscape import Landscape

SOON = timedelta(days=30)
"""How long before its last day to start a change is something to do."""
OLD_AFTER = timedelta(days=28)
_DEVICES_DIFFER = 0.05


class StartBys(UseCases):
    """The last days to start that are known."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._table = RecordTable(self._database.table("start_by"), StartBy)

    def get(self) -> StartBy | None:
        """What was found last; None if nothing was computed yet."""
        return self._table.peek(1)

    def keep(self, found: StartBy) -> StartBy:
        """Keep what forecasts found, in place of what was known before."""
        with self._database.transaction():
            self._table.put([found])
            said = f"last days to start computed for {plural(len(found.starts), 'need')}"
            self._audit.record("plan.start-by", "start-by:1", said)
        return found


class KnownStarts(Struct, frozen=True, kw_only=True):
    """The last days as they are known at ``now``. ``old`` is why they have to be computed again, None if they hold.
    ``started`` are the records whose change somebody has begun."""

    found: StartBy
    now: datetime
    old: str | None
    started: frozenset[str]

    def all(self) -> list[LastStart]:
        """All of them, the most urgent first."""
        return sorted(self.found.starts, key=_order)

    def waiting(self) -> list[LastStart]:
        """Those that nobody has started."""
        return [one for one in self.all() if one.record not in self.started]

    def of(self, record: str) -> LastStart | None:
        """The one of a record, unless somebody has started."""
        return next((one for one in self.waiting() if one.record == record), None)

    def groups(self) -> list[LastStart]:
        """Those of CA groups that nobody has started."""
        return [one for one in self.waiting() if one.certificate_id is None]

    def soon(self) -> list[LastStart]:
        """Those that have to be started soon."""
        return [one for one in self.waiting() if is_soon(one, self.now.date())]

    def said(self, one: LastStart) -> str:
        """One of them in words, as every front end says it."""
        return with_age(start_words(one, self.now.date()), self.old)


def known_starts(
    landscape: Landscape, now: datetime, *, devices: int | None = None, asked: Collection[str] = ()
) -> KnownStarts | None:
    """The last days at a time; None if none were computed. ``devices`` is how many there are, if known; ``asked`` are
    the CA groups whose devices were asked to renew (``asked_groups``)."""
    found = landscape.start_by
    if found is None:
        return None
    started = frozenset(one.record for one in found.starts if one.record in asked or not _is_current(one, landscape))
    return KnownStarts(found=found, now=now, old=old_because(found, landscape, devices, now), started=started)


def basis_of(landscape: Landscape) -> str:
    """A digest of what the last days follow from, besides the devices."""
    site = landscape.site
    parts = (
        sorted((one.id, one.need, landscape.served_id(one) or 0, str(one.use)) for one in landscape.components),
        sorted((one.id, one.not_after.isoformat()) for one in landscape.certificates.values()),
        [(group.id, group.ready_at.isoformat()) for group in landscape.groups],
        (site.freezes, site.start_by_share, site.certificate_lead_days),
    )
    return sha256(msgspec.json.encode(parts)).hexdigest()[:16]


def old_because(found: StartBy, landscape: Landscape, devices: int | None, now: datetime) -> str | None:
    """Why the last days have to be computed again; None if they hold. ``devices`` is how many there are, if known."""
    if found.basis != basis_of(landscape):
        return "certificates, CA groups or settings have changed since"
    if devices is not None and abs(devices - found.devices) > _DEVICES_DIFFER * max(found.devices, 1):
        return f"the fleet had {plural(found.devices, 'device')} then, and has {devices:,}"
    if now - found.computed_at > OLD_AFTER:
        return f"that was {plural((now - found.computed_at).days, 'day')} ago"
    return None


def newest_record(landscape: Landscape) -> str:
    """What ``LastStart.record`` is for the newest CA group."""
    return f"authority-group:{max((group.id for group in landscape.groups), default=0)}"


def group_of(landscape: Landscape, start: LastStart) -> str:
    """The name of the CA group that a last day is about; empty if it is about none."""
    return next((group.name for group in landscape.groups if start.record == f"authority-group:{group.id}"), "")


def is_soon(one: LastStart, today: date) -> bool:
    """Whether its last day is near or has passed."""
    return one.last_day is None or one.last_day - today <= SOON


def _is_current(one: LastStart, landscape: Landscape) -> bool:
    """Whether nobody has started yet: the same certificate is served, or no newer CA group is requested."""
    table, _, id = one.record.partition(":")
    if table == "authority-group":
        return newest_record(landscape) == f"{table}:{one.newest_group or id}"
    return any(
        str(component.id) == id and landscape.served_id(component) == one.certificate_id
        for component in landscape.components
    )


def _order(one: LastStart) -> tuple[bool, date]:
    return one.last_day is not None, one.last_day or one.latest
