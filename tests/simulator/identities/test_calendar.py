"""The calendar: nothing in a fleet is from the future, whatever its start, and no device is older than it can be."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from certfleet.simulator.identities import IdentityFleet, Platform
from certfleet.simulator.identities.tables import tables

from .days import first_release, made_from

MODELS = {model.identifier: model for model in tables().models}
starts = st.dates(date(2022, 1, 1), date(2027, 12, 31))


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
