"""The calendar: nothing in a fleet is from the future, whatever its start, and no device is older than it can be."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from certfleet.simulator.identities import DeviceIdentity, IdentityFleet, Platform
from certfleet.simulator.identities.model import Model
from certfleet.simulator.identities.tables import tables

MODELS = {model.identifier: model for model in tables().models}
starts = st.dates(date(2022, 1, 1), date(2027, 12, 31))
HALF_YEARS = "CDFGHJKLMNPQRSTVWXYZ"
WEEKS = "123456789CDFGHJKLMNPQRTVWXY"


@given(st.integers(0, 1_000), starts, st.integers(0, 330), st.sampled_from(Platform))
def test_nothing_is_from_the_future(seed: int, start: date, days: int, platform: Platform) -> None:
    fleet, enrolled = IdentityFleet(seed, start=start), start - timedelta(days=days)
    for index in range(20):
        drawn = fleet.identity(index, platform, enrolled=enrolled)
        model = MODELS[drawn.model]
        assert model.released <= enrolled, drawn
        assert first_release(model, drawn.os_version) <= start, drawn
        assert drawn.security_patch <= start.isoformat(), drawn
        assert bool(drawn.security_patch) == (platform is Platform.ANDROID)
        made = made_from(drawn, model, enrolled)
        assert made is None or model.made_from - timedelta(days=7) <= made <= enrolled, drawn


def first_release(model: Model, version: str) -> date:
    """When a model got a version, or came with it."""
    found = [
        release.released
        for release in tables().releases[model.platform]
        if release.version == version and release.only in ("", model.maker, model.os_name)
    ]
    return min(found) if found else model.released


def made_from(device: DeviceIdentity, model: Model, enrolled: date) -> date | None:
    """The first day of the time that the serial number tells, as its maker writes it; None if it tells none."""
    serial = device.serial_number
    match device.maker:
        case "Samsung":
            return date(2018 + "KMNRTWXYLPQ".index(serial[3]), int(serial[4], 16), 1)
        case "Google":
            return near(int(serial[0]), enrolled, month=int(serial[1], 16), day=int(serial[2:4]))
        case "Zebra" | "Honeywell":
            return date(2000 + int(serial[:2]), 1, 1) + timedelta(days=int(serial[2:5]) - 1)
        case "HP":
            year = near(int(serial[3]), enrolled).year
            return date.fromisocalendar(year, int(serial[4:6]), 1)
        case "Dell":
            since = {"2": date(2013, 7, 1), "3": date(2019, 10, 1), "4": date(2022, 10, 1), "5": date(2026, 1, 1)}
            return max(model.made_from, since[serial[-1]])
        case "Apple" if len(serial) == 12:
            half = HALF_YEARS.index(serial[3])
            day = date(2010 + half // 2, 7 if half % 2 else 1, 1) + timedelta(weeks=WEEKS.index(serial[4]))
            return day if day >= model.made_from - timedelta(days=7) else day.replace(year=day.year + 10)
        case _:
            return None


def near(digit: int, enrolled: date, *, month: int = 1, day: int = 1) -> date:
    """The last year with that last digit up to an enrollment."""
    year = enrolled.year - (enrolled.year - digit) % 10
    return date(year, month, day)


def test_a_start_before_the_tables_has_the_oldest_models() -> None:
    fleet = IdentityFleet(7, start=date(2012, 1, 2))
    for platform in Platform:
        oldest = min(model.released for model in MODELS.values() if model.platform is platform)
        assert {MODELS[fleet.identity(index, platform).model].released for index in range(50)} == {oldest}


def test_newer_models_come_with_time() -> None:
    def newest(year: int) -> date:
        fleet = IdentityFleet(7, start=date(year, 1, 5))
        return max(MODELS[fleet.identity(index, "ios").model].released for index in range(2_000))

    assert [newest(year).year for year in (2022, 2023, 2024, 2025, 2026)] == [2021, 2022, 2023, 2024, 2025]


def test_no_identity_comes_twice_whenever_devices_enrolled() -> None:
    fleet = IdentityFleet(7, start=date(2026, 11, 2))
    for platform in Platform:
        drawn = [fleet.identity(index, platform, enrolled=date(2026, 1 + index % 10, 9)) for index in range(6_000)]
        for field in ("serial_number", "imei", "second_imei", "udid", "wifi_mac"):
            values = [value for device in drawn if (value := getattr(device, field)) is not None]
            assert len(set(values)) == len(values), (platform, field)
