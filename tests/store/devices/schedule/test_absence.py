"""How long simulated devices stay away: leave, long leave, and pools."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import ValidationError, convert

from certfleet.store.devices.schedule.absence import DAY, absence
from certfleet.store.devices.schedule.schedule import is_in_use
from certfleet.store.model.habits import POOL_OPEN_DAYS, Schedule

HOUR = 3600
START = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
keys = st.integers(0, 2**63)


def away(schedule: Schedule, days: int) -> list[tuple[int, int]]:
    """The absences of so many days from 2026 on."""
    found: list[tuple[int, int]] = []
    at = START
    while at < START + days * DAY:
        block = absence(schedule, at)
        if block is not None:
            found.append(block)
        at = at + DAY if block is None else block[1]
    return found


@given(keys, st.integers(START, START + 4000 * DAY))
def test_each_moment_of_an_absence_knows_the_same_absence(key: int, at: int) -> None:
    schedule = Schedule(key=key, interval=HOUR, leave=600, long_leave=600)
    if (block := absence(schedule, at)) is not None:
        assert block[0] <= at < block[1]
        assert is_in_use(schedule, at) is False


@given(keys)
def test_leave_is_one_to_three_weeks_in_summer_and_around_christmas(key: int) -> None:
    found = away(Schedule(key=key, interval=HOUR, leave=1000), 2 * 365)
    assert 4 <= len(found) <= 5  # one may reach into the first January
    for start, end in found:
        assert 7 <= (end - start) / DAY <= 21
        assert datetime.fromtimestamp(start, UTC).month in (6, 7, 8, 12)


@given(keys, st.sampled_from(["AU-NSW", "BR", "ZA"]))
def test_in_the_south_summer_leave_is_after_christmas(key: int, region: str) -> None:
    schedule = Schedule(key=key, interval=HOUR, leave=1000, holidays=region)
    months = {datetime.fromtimestamp(start, UTC).month for start, _ in away(schedule, 2 * 365) if start >= START}
    assert months <= {12, 1, 7}
    assert {7} < months


@given(keys)
def test_long_leave_is_three_to_twelve_months(key: int) -> None:
    found = away(Schedule(key=key, interval=HOUR, long_leave=1000), 8 * 365)
    assert found
    assert all(90 <= (end - start) / DAY <= 365 for start, end in found)


def test_as_many_are_on_long_leave_whenever_one_looks() -> None:
    schedules = [Schedule(key=key * 0x9E37_79B9_7F4A_7C15 >> 1, interval=HOUR, long_leave=1000) for key in range(1000)]
    for day in range(0, 4 * 365, 60):
        on_leave = sum(absence(schedule, START + day * DAY) is not None for schedule in schedules)
        assert 110 <= on_leave <= 200, day  # 227 days of four years are 156 of 1,000


@given(keys, st.integers(30, 180))
def test_a_device_of_a_pool_comes_for_a_few_days_in_each_period(key: int, days: int) -> None:
    schedule = Schedule(key=key, interval=HOUR, pool_days=days)
    first = START // (days * DAY) * days * DAY
    in_use = [at for at in range(first, first + days * DAY, HOUR) if absence(schedule, at) is None]
    assert abs(len(in_use) - POOL_OPEN_DAYS * 24) <= 1
    assert in_use[-1] - in_use[0] <= POOL_OPEN_DAYS * DAY


@pytest.mark.parametrize("days", [1, POOL_OPEN_DAYS, -1, 1001])
def test_a_period_that_can_t_be(days: int) -> None:
    with pytest.raises(ValidationError):
        convert([1, HOUR, 0, 0, 0, DAY, True, 30, 0, 0, None, "", "", 0, 0, days], Schedule)
