"""Check-ins by the clock of a place: daylight saving time, half hours, public holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from certfleet.store.devices.schedule.holidays import easter, holidays
from certfleet.store.devices.schedule.schedule import is_in_use, next_check_in
from certfleet.store.model.habits import Schedule

HOUR = 3600


def office(zone: str, offset: float, country: str = "") -> Schedule:
    return Schedule(
        key=7,
        interval=HOUR,
        utc_offset=int(offset * HOUR),
        day_start=8 * HOUR,
        day_end=17 * HOUR,
        weekends=False,
        zone=zone,
        holidays=country,
    )


@pytest.mark.parametrize(
    ("zone", "offset"),
    [
        ("Europe/Berlin", 1),
        ("Europe/Dublin", 0),  # whose database entry has winter time as the exception
        ("America/St_Johns", -3.5),
        ("Australia/Adelaide", 9.5),  # summer is in January
        ("Asia/Kolkata", 5.5),
    ],
)
def test_office_hours_are_those_of_the_clock_on_the_wall_all_year(zone: str, offset: float) -> None:
    schedule, at = office(zone, offset), int(datetime(2026, 1, 5, tzinfo=UTC).timestamp())
    end, seen = datetime(2027, 1, 2, 12, tzinfo=UTC).timestamp(), set()  # a Saturday everywhere
    while (found := next_check_in(schedule, at)) is not None and found < end:
        local = datetime.fromtimestamp(found, ZoneInfo(zone))
        assert 8 <= local.hour < 17
        assert local.weekday() < 5
        seen.add(local.date())
        at = found
    assert len(seen) == 260


def test_nobody_checks_in_on_a_holiday_of_the_country() -> None:
    noon = int(datetime(2026, 10, 2, 11, tzinfo=UTC).timestamp())  # a Friday
    assert is_in_use(office("Europe/Berlin", 1, "DE"), noon)
    assert not is_in_use(office("Asia/Kolkata", 5.5, "IN"), noon - 4 * HOUR)
    assert is_in_use(office("Asia/Kolkata", 5.5), noon - 4 * HOUR)


def test_easter_and_what_moves_with_it() -> None:
    sundays = {2022: "2022-04-17", 2024: "2024-03-31", 2026: "2026-04-05", 2038: "2038-04-25", 2285: "2285-03-22"}
    assert {year: easter(year).isoformat() for year in sundays} == sundays
    assert {date(2026, 4, 3), date(2026, 5, 14), date(2026, 5, 25)} < holidays("DE", 2026)


def test_nth_weekdays() -> None:
    assert {date(2026, 9, 7), date(2026, 5, 25), date(2026, 11, 26)} < holidays("US", 2026)
    assert holidays("XX", 2026) == frozenset()


def test_holidays_of_a_part_of_a_country() -> None:
    assert date(2026, 6, 4) in holidays("DE-BY", 2026) > holidays("DE", 2026)  # Corpus Christi
    assert date(2026, 6, 4) not in holidays("DE-BE", 2026)
    assert date(2026, 4, 6) in holidays("GB-ENG", 2026)  # Easter Monday
    assert date(2026, 4, 6) not in holidays("GB-SCT", 2026)
    assert date(2026, 6, 24) in holidays("CA-QC", 2026)
    assert date(2026, 4, 20) in holidays("US-MA", 2026)  # Patriots' Day
    assert date(2026, 9, 10) in holidays("CH-GE", 2026)  # Jeûne genevois
    assert holidays("DE-ZZ", 2026) == holidays("DE", 2026)


def test_holidays_that_follow_the_moon_or_move_from_a_weekend() -> None:
    assert date(2026, 2, 17) in holidays("ID", 2026)  # Chinese new year
    assert {date(2026, 3, 20), date(2026, 5, 27)} < holidays("TR", 2026)  # the feasts of Ramadan and of sacrifice
    assert date(2025, 10, 20) in holidays("IN", 2025)  # Diwali
    assert date(2026, 12, 28) in holidays("GB-ENG", 2026)  # for the 26th, a Saturday


@pytest.mark.parametrize("country", ["US", "DE", "GB", "CH", "IN", "AU", "TR"])
def test_years_without_a_table_go_by_rules(country: str) -> None:
    for year in (2020, 2030, 2040):
        assert date(year, 1, 1) in holidays(f"{country}-XX", year) or country == "IN"
        assert holidays(f"{country}-XX", year) == holidays(country, year) != frozenset()
    for year in range(2021, 2030):
        assert len(holidays(country, year)) >= 4
