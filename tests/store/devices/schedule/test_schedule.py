"""When simulated devices check in: forwards and backwards agree, for any schedule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from certfleet.store.clock import FixedClock
from certfleet.store.devices.device_tables import Batch
from certfleet.store.devices.presence import last_seen
from certfleet.store.devices.schedule.local_days import daylight_saving
from certfleet.store.devices.schedule.schedule import DAY, WEEK, last_check_in, next_check_in
from certfleet.store.model.habits import Habits, Schedule
from certfleet.store.workspace import Workspace
from tests.examples import examples
from tests.store.devices.handset import Handset

HOUR = 3600
START = int(datetime(2026, 1, 5, tzinfo=UTC).timestamp())  # a Monday


ZONES = ["", "Europe/Berlin", "America/New_York", "Australia/Adelaide", "Asia/Kolkata", "Mars/Olympus"]


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    interval, day_start = draw(st.integers(60, 5 * DAY)), draw(st.integers(0, 23 * HOUR))
    return Schedule(
        key=draw(st.integers(0, 2**63)),
        interval=interval,
        phase=draw(st.integers(0, interval - 1)),
        utc_offset=draw(st.integers(-12, 14)) * HOUR,
        day_start=day_start,
        day_end=draw(st.integers(day_start + 600, DAY)),
        weekends=draw(st.booleans()),
        spell_days=draw(st.integers(2, 60)),
        spell_hours=draw(st.integers(0, 47)),
        spells=draw(st.integers(0, 1000)),
        zone=draw(st.sampled_from(ZONES)),
        holidays=draw(st.sampled_from(["", "DE", "US"])),
        leave=draw(st.integers(0, 1000)),
        long_leave=draw(st.integers(0, 1000)),
        pool_days=draw(st.just(0) | st.integers(6, 200)),
    )


moments = st.integers(START, START + 3 * 365 * DAY)


def check_ins(schedule: Schedule, after: int, count: int) -> list[int]:
    """The next so many check-ins."""
    found: list[int] = []
    while len(found) < count and (at := next_check_in(schedule, after)) is not None:
        found.append(at)
        after = at
    return found


@given(schedules(), moments)
def test_backwards_gives_what_forwards_gave(schedule: Schedule, after: int) -> None:
    found = check_ins(schedule, after, 12)
    assert all(earlier < later for earlier, later in pairwise([after, *found]))
    for earlier, later in pairwise([after, *found]):
        assert last_check_in(schedule, later, earlier) == later
        assert last_check_in(schedule, later - 1, earlier) is None


@given(schedules(), moments, st.integers(0, 40 * DAY))
def test_forwards_gives_what_backwards_gave(schedule: Schedule, at: int, back: int) -> None:
    found = last_check_in(schedule, at, at - back)
    if found is None:
        first = next_check_in(schedule, at - back)
        assert first is None or first > at
    else:
        assert at - back < found <= at
        assert next_check_in(schedule, found - 1) == found
        after = next_check_in(schedule, found)
        assert after is None or after > at


@given(schedules(), moments)
def test_none_comes_at_night_or_at_a_weekend(schedule: Schedule, after: int) -> None:
    for at in check_ins(schedule, after, 20):
        local = at + schedule.utc_offset
        ahead = daylight_saving(schedule.zone, local // DAY) if schedule.zone else 0
        start = max(0, schedule.day_start - ahead)
        assert start <= local % DAY < max(start + 60, schedule.day_end - ahead)
        if not schedule.weekends:
            assert (local - START) % WEEK < 5 * DAY


@pytest.mark.slow
@given(st.integers(0, 2**63), st.integers(0, 24))
@settings(max_examples=30)
def test_it_is_offline_once_in_a_period_and_no_longer_than_it_may(key: int, hours: int) -> None:
    schedule = Schedule(key=key, interval=900, spell_days=5, spell_hours=hours, spells=1000)
    gaps = gaps_of(schedule, periods := 10)
    assert len(gaps) <= periods + 1
    # One may end with its period, and the next begin so. The last check-in before is an interval and its delay earlier,
    # and the next comes within an interval of the end.
    assert max(gaps, default=0) < 2 * hours * HOUR + (900 + 900 // 4) + 900
    assert gaps_of(replace(schedule, spells=0), periods) == []


def test_spells_come_as_often_as_their_chance_says() -> None:
    schedule = Schedule(key=7, interval=900, spell_days=5, spell_hours=24, spells=500)
    assert 60 < len(gaps_of(schedule, 200)) < 140


def gaps_of(schedule: Schedule, periods: int) -> list[int]:
    """The times without a check-in that are longer than two intervals."""
    found = [START, *check_ins(schedule, START, periods * schedule.spell_days * DAY // schedule.interval)]
    end = START + periods * schedule.spell_days * DAY
    found = [at for at in found if at <= end]
    return [later - earlier for earlier, later in pairwise(found) if later - earlier > 2 * schedule.interval]


@given(schedules(), moments, st.integers(0, 30 * DAY))
def test_none_comes_once_the_device_is_gone(schedule: Schedule, after: int, days: int) -> None:
    gone = replace(schedule, gone_at=after + days)
    stays = [at for at in check_ins(schedule, after, 20) if at < after + days]
    assert check_ins(gone, after, 20)[: len(stays)] == stays
    assert all(at < after + days for at in check_ins(gone, after, 20))
    last = last_check_in(gone, after + 400 * DAY, after)
    assert last is None or last < after + days
    assert next_check_in(gone, after + days) is None


@given(schedules(), moments)
@examples(30)
def test_it_comes_about_as_often_as_its_interval_says(schedule: Schedule, after: int) -> None:
    always = replace(
        schedule, spells=0, weekends=True, day_start=0, day_end=DAY, zone="", leave=0, long_leave=0, pool_days=0
    )
    found = check_ins(always, after, 40)
    mean = (found[-1] - found[0]) / (len(found) - 1)
    assert 0.9 * schedule.interval < mean < 1.1 * schedule.interval


def test_what_was_missed_at_night_is_made_up_for_soon_after() -> None:
    schedule = Schedule(key=7, interval=DAY, day_start=8 * HOUR, day_end=9 * HOUR)
    found = check_ins(schedule, START, 30)
    assert [at // DAY for at in found] == [START // DAY + n for n in range(30)]


def test_the_device_was_last_seen_when_its_schedule_says(workspace: Workspace, clock: FixedClock) -> None:
    handset = Handset(workspace)
    schedule = Schedule(key=7, interval=4 * HOUR, day_start=7 * HOUR, day_end=22 * HOUR, weekends=False)
    habits = Habits(schedule, 0)
    batch = Batch()
    batch.devices[handset.id] = replace(handset.device, habits=habits)
    with workspace.database.transaction():
        workspace.devices.records.write(batch)

    for days in (0, 3, 20, 364):
        now = clock.at + timedelta(days=days)
        seen = last_seen(handset.device, now)
        assert seen is not None
        assert clock.at <= seen <= now
        following = next_check_in(schedule, int(seen.timestamp()))
        assert following is None or following > now.timestamp()

    end = handset.certificate.not_after
    assert last_seen(handset.device, end + timedelta(days=90)) == last_seen(handset.device, end)
    workspace.devices.revoke([handset.id])
    assert last_seen(handset.device, end) == handset.device.last_check_in
