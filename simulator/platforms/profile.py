"""The habits of a platform, and the generated habits of one device."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from ...store.devices.schedule.chance import chance, draw
from ...store.model.habits import Habits, Schedule
from ..identities.staff import DeviceHolder

_HOUR = 3600
_DAY = 24 * _HOUR
# UTC offsets of the owners in hours; repeated ones are more likely.
_OFFSETS = (-8, -6, -5, -5, 0, 0, 1, 1, 1, 2, 2, 5)
_DAY_START, _DAY_END, _OFFSET, _WEEKENDS, _GONE, _GONE_AT, _HOURS, _PHASE, _ANTIVIRUS, _SUPERVISED = range(101, 111)
_POOL, _POOL_DAYS, _LEFT_ALONE = 111, 112, 121
_POOL_PERIOD = 30, 180  # days
EARLIEST_GONE = timedelta(days=120)
"""How long before the start of a simulation its devices may have disappeared, at most."""


class Profile(NamedTuple):
    """The habits of a platform. Chances are per thousand.

    ``check_in`` is the interval between check-ins. A device is in use from an hour of ``mornings`` to one of
    ``evenings``, local time; ``weekends`` is the chance that this includes weekends. In each period of ``spell_days``
    it goes offline once with a chance of ``spells``, for up to ``spell_hours``. ``gone`` is the chance that it
    disappears for good, on a day between four months ago and two years from now. ``antivirus`` is the chance that it
    has one. ``supervised`` is the chance that a person's device is supervised, or fully managed by Android. ``leave``
    and ``long_leave`` are those of ``Schedule``; ``pool`` is the chance that a device belongs to a pool or lies in a
    drawer, and connects once in one to six months. ``pushed`` and ``nightly`` are the chances that a push reaches a
    device in its hours, and out of them; ``never_renews`` is the chance that no renewal ever succeeds on it.
    ``left_alone`` is the chance that nobody wipes or takes over the device of a person who leaves: it falls silent. The
    other fields are those of ``Habits``.
    """

    check_in: timedelta
    mornings: tuple[int, int]
    evenings: tuple[int, int]
    weekends: int
    spells: int
    spell_days: int
    spell_hours: int
    gone: int
    not_now: int
    busy_hours: int
    errors: int
    losses: int
    restores: int
    owner_hours: int
    ignores: int
    antivirus: int
    supervised: int = 0
    leave: int = 0
    long_leave: int = 0
    pool: int = 0
    works: bool = False
    pushed: int = 0
    nightly: int = 0
    by_itself: int = 1000
    never_renews: int = 0
    left_alone: int = 0

    def has_antivirus(self, key: int) -> bool:
        """Whether a device has antivirus software that inspects TLS. ``key`` determines its random choices."""
        return chance(self.antivirus, key, _ANTIVIRUS)

    def is_supervised(self, key: int) -> bool:
        """Whether a person's device is supervised. ``key`` determines its random choices."""
        return chance(self.supervised, key, _SUPERVISED)

    def is_left_alone(self, key: int) -> bool:
        """Whether a device only falls silent when its person leaves. ``key`` determines its random choices."""
        return chance(self.left_alone, key, _LEFT_ALONE)

    def without_absence(self) -> Profile:
        """The profile as it was in fleets of the first drawing, which knew no leave, no pools and no push. Owners came
        by themselves, except some who waited until their Windows laptop was turned away."""
        before = self._replace(leave=0, long_leave=0, pool=0, pushed=0, nightly=0)
        return before._replace(by_itself=1000, ignores=150 if self.works else 0)

    def habits(
        self,
        key: int,
        index: int,
        start: datetime,
        check_in: timedelta | None = None,
        person: DeviceHolder | None = None,
        enrolled: datetime | None = None,
    ) -> Habits:
        """The habits of device ``index`` in a simulation that begins at ``start``. ``key`` determines its random
        choices. It goes by the clock of the ``person`` who has it; fleets of the first drawing know none. It doesn't
        disappear before the day after it ``enrolled``."""
        gone_at = None
        if chance(self.gone, key, _GONE):
            gone_at = int((start - EARLIEST_GONE).timestamp()) + draw(key, _GONE_AT) % (850 * _DAY)
            if enrolled is not None:
                gone_at = max(gone_at, int(enrolled.timestamp()) + _DAY)
        interval = max(1, int((check_in or self.check_in).total_seconds()))
        schedule = Schedule(
            key=key,
            interval=interval,
            phase=draw(key, _PHASE) % interval,
            utc_offset=_OFFSETS[draw(key, _OFFSET) % len(_OFFSETS)] * _HOUR,
            day_start=_between(self.mornings, key, _DAY_START),
            day_end=_between(self.evenings, key, _DAY_END),
            weekends=chance(self.weekends, key, _WEEKENDS),
            spell_days=self.spell_days,
            spell_hours=self.spell_hours,
            spells=self.spells,
            gone_at=gone_at,
            leave=self.leave,
            long_leave=self.long_leave,
            pool_days=_POOL_PERIOD[0] + draw(key, _POOL_DAYS) % (_POOL_PERIOD[1] - _POOL_PERIOD[0] + 1)
            if chance(self.pool, key, _POOL)
            else 0,
        )
        if person is not None:
            schedule = self.schedule_of(person, schedule)
        return Habits(
            schedule,
            index,
            not_now=self.not_now,
            errors=self.errors,
            losses=self.losses,
            restores=self.restores,
            busy_hours=self.busy_hours,
            owner_hours=max(1, self.owner_hours // 2 + draw(key, _HOURS) % (self.owner_hours + 1)),
            ignores=self.ignores,
            pushed=self.pushed,
            nightly=self.nightly,
            by_itself=self.by_itself,
        )

    def schedule_of(self, person: DeviceHolder, schedule: Schedule) -> Schedule:
        """A schedule by the zone, the hours and the holidays of a person. Early risers are early with all devices."""
        day_start, day_end = (
            _between(self.mornings, person.key, _DAY_START),
            _between(self.evenings, person.key, _DAY_END),
        )
        if self.works:
            day_start, day_end = person.work_from, person.work_to
        return replace(
            schedule,
            utc_offset=person.zone.offset,
            day_start=day_start,
            day_end=day_end,
            zone=person.zone.name,
            holidays=person.region,
        )


def _between(hours: tuple[int, int], key: int, what: int) -> int:
    """A second of the day between two hours."""
    first, last = hours
    return first * _HOUR + draw(key, what) % ((last - first) * _HOUR + 1)
