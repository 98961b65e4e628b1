"""Dates as exports write them: what is said is read, what may be two things is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certfleet.store.devices_import.dates import DateOrder, DateRules, order_shown_by, read_date, zone_named
from certfleet.store.errors import Refusal

NOTHING = DateRules()
BERLIN = DateRules(zone=ZoneInfo("Europe/Berlin"))
TIMES = st.integers(700_000_000, 7_200_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-28T09:05:00Z",
        "2026-11-28T09:05:00.1234567Z",
        "2026-11-28 09:05:00 UTC",
        "2026-11-28T10:05:00.000+0100",
        "2026-11-28 10:05 +01:00",
        "2026-11-28 09:05:00 GMT",
        "28.11.2026 11:05 UTC+2",
        "11/28/26 9:05 AM UTC",
        "28 Nov 2026 09:05:00 GMT",
        "Saturday, 28 November 2026 09:05 Z",
        "Nov 28, 2026 at 9:05 AM GMT",
        "Sat Nov 28 09:05:00 UTC 2026",
        "1795856700",
        "1795856700000",
    ],
)
def test_times_that_say_their_zone(text: str) -> None:
    assert read_date(text, NOTHING) == datetime(2026, 11, 28, 9, 5, tzinfo=UTC)


@given(TIMES, st.integers(-12 * 60, 14 * 60))
def test_every_time_is_read_as_it_was_written(at: datetime, minutes: int) -> None:
    zone = timezone(timedelta(minutes=minutes))
    assert read_date(at.astimezone(zone).isoformat(), NOTHING) == at
    assert read_date(f"{at:%m/%d/%Y %I:%M:%S %p}", DateRules(DateOrder.MONTH_FIRST, UTC)) == at
    assert read_date(f"{at:%d/%m/%Y %H:%M:%S}", DateRules(DateOrder.DAY_FIRST, UTC)) == at


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_date(text, NOTHING)
    except Refusal as refusal:
        assert refusal.code in ("date-unreadable", "date-ambiguous", "time-zone-unknown")


@pytest.mark.parametrize("text", ["2026-11-28 09:05", "11/28/2026 9:05 AM", "28 Nov 2026 09:05 CST"])
def test_a_time_without_a_zone_needs_one(text: str) -> None:
    with pytest.raises(Refusal, match="time-zone-unknown"):
        read_date(text, NOTHING)
    assert read_date(text, BERLIN) == datetime(2026, 11, 28, 8, 5, tzinfo=UTC)


def test_a_day_is_its_first_moment() -> None:
    assert read_date("2026-11-28", NOTHING) == datetime(2026, 11, 28, tzinfo=UTC)
    assert read_date("28-Nov-2026", BERLIN) == datetime(2026, 11, 27, 23, tzinfo=UTC)


def test_a_day_that_may_be_a_month_needs_the_order() -> None:
    with pytest.raises(Refusal) as refused:
        read_date("03/04/2026", NOTHING)
    assert (refused.value.code, refused.value.message) == (
        "date-ambiguous",
        "'03/04/2026' may be 2026-04-03 or 2026-03-04",
    )
    assert read_date("03/04/2026", DateRules(DateOrder.DAY_FIRST)) == datetime(2026, 4, 3, tzinfo=UTC)
    assert read_date("03/04/2026", DateRules(DateOrder.MONTH_FIRST)) == datetime(2026, 3, 4, tzinfo=UTC)
    assert read_date("03.04.2026", NOTHING) == datetime(2026, 4, 3, tzinfo=UTC)
    assert read_date("13/04/2026", DateRules(DateOrder.MONTH_FIRST)) == datetime(2026, 4, 13, tzinfo=UTC)


def test_the_order_is_that_of_the_unambiguous_dates() -> None:
    assert order_shown_by(["03/04/2026", "28/11/2026", ""]) is DateOrder.DAY_FIRST
    assert order_shown_by(["03/04/2026", "11/28/26 8:32 AM"]) is DateOrder.MONTH_FIRST
    assert order_shown_by(["03/04/2026"]) is None
    assert order_shown_by(["28/11/2026", "11/28/2026"]) is None


@pytest.mark.parametrize("text", ["31/02/2026", "2 days ago", "10:00", "45000", "0001-01-01T00:00:00Z", "2026-13-01"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="date-unreadable"):
        read_date(text, DateRules(DateOrder.DAY_FIRST, UTC))


@pytest.mark.parametrize("text", ["", " - ", "Never", "N/A"])
def test_no_date_is_none(text: str) -> None:
    assert read_date(text, NOTHING) is None


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe"])
def test_unknown_zones_are_refused(name: str) -> None:
    with pytest.raises(Refusal, match="time-zone-unknown"):
        zone_named(name)
