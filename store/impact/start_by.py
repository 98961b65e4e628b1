"""The last day to start each change: keeping what forecasts found, and when it no longer holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from ..devices.holidays import holidays
from ..model.site import Freeze
from ..model.start_by import LastStart, StartBy
from ..persistence.records import RecordTable
from ..use_cases import Context, UseCases
from ..words import day, plural
from .freezes import freeze_on

if TYPE_CHECKING:
    from .landscape import Landscape

SOON = timedelta(days=30)
"""How long before its last day to start a change is something to do."""
OLD_AFTER = timedelta(days=28)
_SATURDAY = 5
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


def basis_of(landscape: Landscape) -> str:
    """A digest of what the last days follow from, besides the devices."""
    site = landscape.site
    parts = (
        sorted((one.id, one.need, one.served_id or 0, str(one.use)) for one in landscape.components),
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


def is_current(one: LastStart, landscape: Landscape) -> bool:
    """Whether nobody has started yet: the same certificate is served, or the CA group is still the newest."""
    table, _, id = one.record.partition(":")
    if table == "authority-group":
        return bool(landscape.groups) and max(group.id for group in landscape.groups) == int(id)
    return any(
        str(component.id) == id and component.served_id == one.certificate_id for component in landscape.components
    )


def start_of(landscape: Landscape, record: str) -> LastStart | None:
    """The last day to start for a record, if it is known and nobody has started."""
    known = () if landscape.start_by is None else landscape.start_by.starts
    return next((one for one in known if one.record == record and is_current(one, landscape)), None)


def group_start(landscape: Landscape) -> LastStart | None:
    """The same for the newest CA group."""
    newest = max((group.id for group in landscape.groups), default=0)
    return start_of(landscape, f"authority-group:{newest}")


def next_start(landscape: Landscape, today: date) -> LastStart | None:
    """What has to be started first of what has to be started soon."""
    known = () if landscape.start_by is None else landscape.start_by.starts
    soon = [one for one in known if is_current(one, landscape) and is_soon(one, today)]
    return min(soon, key=lambda one: (one.last_day is not None, one.last_day or one.latest), default=None)


def is_soon(one: LastStart, today: date) -> bool:
    """Whether its last day is near or has passed."""
    return one.last_day is None or one.last_day - today <= SOON


def last_working_day(latest: date, today: date, freezes: Sequence[Freeze], country: str = "") -> date | None:
    """The last day up to ``latest``, and not before ``today``, on which somebody may start: no Saturday or Sunday, no
    public holiday of the country, and no change freeze. None if there is none."""
    on = latest
    while on >= today:
        if on.weekday() < _SATURDAY and on not in holidays(country, on.year) and freeze_on(freezes, on) is None:
            return on
        on -= timedelta(days=1)
    return None


def start_words(one: LastStart, today: date) -> str:
    """``start by 2026-12-14: this fleet needs 41 days; after that about 23 devices a week are lost``."""
    if one.certificate_id is None:
        why = f"this fleet needs {plural(one.days, 'day')}"
        if one.lost_a_week:
            is_one = one.lost_a_week == 1
            why += f"; after that about {plural(one.lost_a_week, 'device')} a week {'is' if is_one else 'are'} lost"
    else:
        why = f"it takes {plural(one.days, 'day')} to have another one in place"
    if one.last_day is None:
        return f"start now, no day is left on which it gets ready in time: {why}"
    if one.last_day < today:
        return f"start now, the last day was {day(one.last_day)}: {why}"
    return f"start by {day(one.last_day)}: {why}"


def old_words(found: StartBy, reason: str) -> str:
    """That a result is old, and why."""
    return f"computed on {day(found.computed_at)}; {reason}: `certfleet start-by --compute`"
