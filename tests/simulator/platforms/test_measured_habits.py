"""Habits measured from imports: a fleet drawn with them is away as long as the real one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certfleet.simulator.platforms import PROFILES
from certfleet.simulator.platforms.measured_habits import MeasuredHabits, measure_habits, simulated_silence
from certfleet.simulator.platforms.site_habits import site_churn, site_profiles
from certfleet.store.errors import Refusal
from certfleet.store.model.device import Device, DeviceState, EnrollmentKind, Platform, Reported
from certfleet.store.model.device_import import DeviceImport, Silence
from tests.examples import examples

AT = datetime(2026, 11, 28, tzinfo=UTC)


def imported(*silence: Silence, as_of: datetime = AT) -> DeviceImport:
    """An import of devices that had been silent for so long."""
    return DeviceImport(
        id=1,
        at=as_of,
        by="ann",
        source="devices.csv",
        format="intune",
        lines=1000,
        added=1000,
        updated=0,
        renewed=0,
        refused=0,
        as_of=as_of,
        silence=silence,
    )


def silence(
    week: int, month: int, quarter: int, *, devices: int = 1000, platform: Platform = Platform.IOS, returned: int = 0
) -> Silence:
    longer = (devices, week, month, quarter)
    return Silence(platform=platform, devices=devices, longer=longer, returned=returned)


def device(number: int, enrolled_at: datetime | None, kind: EnrollmentKind | None = None) -> Device:
    return Device(
        id=number,
        platform=Platform.IOS,
        state=DeviceState.ENROLLED,
        state_since=AT,
        enrolled_at=enrolled_at,
        enrollment_kind=kind,
        reported=Reported(1, AT),
    )


def measured(*imports: DeviceImport, devices: Sequence[Device] = ()) -> MeasuredHabits:
    return measure_habits(devices, imports)


@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize(("month", "quarter"), [(50, 20), (80, 50), (30, 0), (20, 15)])
def test_a_fleet_with_the_habits_is_silent_as_the_real_one_was(platform: Platform, month: int, quarter: int) -> None:
    found = measured(imported(silence(100, month, quarter, platform=platform)))
    [one] = found.platforms
    assert one.silent == (1.0, 0.1, month / 1000, quarter / 1000)
    profile = site_profiles(found.text)[platform]
    assert (profile.pool, profile.long_leave, profile.gone) == (one.pool, one.long_leave, one.gone)
    drawn = simulated_silence(profile, AT)
    assert drawn == one.simulated
    assert abs(drawn[2] - month / 1000) < 0.015
    assert abs(drawn[3] - quarter / 1000) < 0.015


def test_the_office_measures_as_itself() -> None:
    office = simulated_silence(PROFILES[Platform.IOS], AT)
    week, month, quarter = (round(1000 * share) for share in office[1:])
    [one] = measured(imported(silence(week, month, quarter))).platforms
    profile = PROFILES[Platform.IOS]
    assert abs(one.pool - profile.pool) < 15
    assert abs(one.long_leave - profile.long_leave) < 40


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000))
@examples(10)
def test_whatever_was_measured_is_a_file_of_habits(week: int, month: int, quarter: int) -> None:
    quarter, month, week = sorted((week, month, quarter))
    site_profiles(measured(imported(silence(week, month, quarter))).text)


def test_several_imports_count_together() -> None:
    [one] = measured(
        imported(silence(100, 60, 20)), imported(silence(100, 20, 0, returned=7), as_of=AT - timedelta(days=90))
    ).platforms
    assert (one.silent[2], one.silent[3], one.devices, one.returned) == (0.04, 0.01, 1000, 7)


def test_platforms_with_few_devices_are_left_out() -> None:
    found = measured(imported(silence(1, 1, 1), silence(1, 1, 1, devices=49, platform=Platform.MACOS)))
    assert found.left_out == ((Platform.MACOS, 49),)
    assert "# macOS is left out: 49 devices are too few." in found.text
    with pytest.raises(Refusal, match="nothing-to-measure"):
        measured(imported(silence(1, 1, 1, devices=49)))
    with pytest.raises(Refusal, match="nothing-to-measure"):
        measured()


def test_churn_is_the_share_enrolled_within_the_year() -> None:
    ages = [100] * 30 + [500] * 70
    devices = [device(number, AT - timedelta(days=age)) for number, age in enumerate(ages, 1)]
    found = measured(imported(silence(1, 1, 1)), devices=devices)
    assert (found.churn, site_churn(found.text)) == (300, 300)
    assert "churn = 300    # 30 of 100 devices enrolled within the year before" in found.text


@pytest.mark.parametrize(
    ("ages", "why"),
    [
        ([100] * 70 + [500] * 30, "the fleet is new, or was moved"),
        ([100] * 30 + [None] * 70, "too few devices have a date of enrollment"),
    ],
)
def test_churn_that_cannot_be_told(ages: list[int | None], why: str) -> None:
    devices = [device(number, None if age is None else AT - timedelta(days=age)) for number, age in enumerate(ages, 1)]
    found = measured(imported(silence(1, 1, 1)), devices=devices)
    assert (found.churn, site_churn(found.text)) == (None, None)
    assert why in found.text


def test_supervised_is_measured_where_it_is_told() -> None:
    kinds = [EnrollmentKind.SUPERVISED] * 40 + [EnrollmentKind.DEVICE] * 10 + [None] * 100
    devices = [device(number, None, kind) for number, kind in enumerate(kinds, 1)]
    found = measured(imported(silence(1, 1, 1)), devices=devices)
    assert found.platforms[0].supervised == 800
    assert "supervised = 800" in found.text
    few = measured(imported(silence(1, 1, 1)), devices=devices[:49])
    assert few.platforms[0].supervised is None
    assert "supervised," in next(line for line in few.text.splitlines() if line.startswith("# assumed"))
