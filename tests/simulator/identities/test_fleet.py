"""Fleets: drawn alone, in any order and process, and no two devices alike."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certfleet.simulator.identities import CAPACITY, DeviceIdentity, IdentityFleet, Platform
from certfleet.simulator.identities.device import numberings
from certfleet.simulator.identities.permutation import Permutation
from certfleet.simulator.identities.tables import tables

IDENTITIES = ("serial_number", "wifi_mac", "imei", "second_imei", "meid", "udid", "android_id", "windows_device_id")
FLEET = IdentityFleet(7)
indexes = st.integers(0, CAPACITY - 1)
platforms = st.sampled_from(Platform)

DRAW = """
from certfleet.simulator.identities import IdentityFleet
fleet = IdentityFleet(7)
for index in (2_000_000, 3, 999_999, 0):
    print(fleet.identity(index), fleet.identity(index, "macos"), fleet.owner(index))
"""


@given(st.integers(1, 3_000), st.binary(min_size=1, max_size=64))
def test_a_permutation_gives_each_number_once(size: int, key: bytes) -> None:
    assert sorted(map(Permutation(size, key), range(size))) == list(range(size))


def test_every_form_has_room_for_a_whole_fleet() -> None:
    sizes: dict[str, int] = {}
    for model in tables().models:
        for numbering in numberings(model).values():
            assert numbering.distinct >= CAPACITY, (model.identifier, numbering.name)
            assert sizes.setdefault(numbering.name, numbering.distinct) == numbering.distinct


@pytest.mark.slow
def test_a_hundred_thousand_devices_share_nothing() -> None:
    drawn = [FLEET.identity(index) for index in range(100_000)]
    for field in IDENTITIES:
        values = [value for device in drawn if (value := getattr(device, field)) is not None]
        assert len(values) > 5_000, field
        assert len(set(values)) == len(values), field


def test_devices_of_one_platform_share_nothing_either() -> None:
    for platform in Platform:
        drawn = [FLEET.identity(index, platform) for index in range(CAPACITY - 10_000, CAPACITY)]
        for field in IDENTITIES:
            values = [value for device in drawn if (value := getattr(device, field)) is not None]
            assert len(set(values)) == len(values), (platform, field)


@given(st.integers(), indexes, indexes, platforms, platforms)
def test_any_two_devices_share_nothing(seed: int, one: int, other: int, first: Platform, second: Platform) -> None:
    if one == other:
        return
    fleet = IdentityFleet(seed)
    a, b = fleet.identity(one, first), fleet.identity(other, second)
    for field in IDENTITIES:
        assert getattr(a, field) is None or getattr(a, field) != getattr(b, field)


def test_another_seed_is_another_fleet() -> None:
    other = IdentityFleet(8)
    assert all(
        getattr(FLEET.identity(0), field) != getattr(other.identity(0), field)
        for field in ("serial_number", "wifi_mac")
    )


@given(indexes, platforms)
def test_a_device_is_the_same_whatever_was_drawn_before(index: int, platform: Platform) -> None:
    assert IdentityFleet(7).identity(index, platform) == FLEET.identity(index, platform)
    assert FLEET.identity(index, platform.value) == FLEET.identity(index, platform)
    assert FLEET.identity(index, FLEET.identity(index).platform) == FLEET.identity(index)


def test_a_seed_gives_the_same_in_another_process() -> None:
    def printed(hash_seed: str) -> str:
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        done = subprocess.run([sys.executable, "-c", DRAW], env=environment, capture_output=True, text=True, check=True)
        return done.stdout

    assert printed("1") == printed("4242")
    assert str(FLEET.identity(999_999)) in printed("0")


def test_a_fleet_goes_to_another_process() -> None:
    FLEET.identity(5)
    copy = pickle.loads(pickle.dumps(IdentityFleet(7, domain="other.example", locales=["sv_SE"])))
    assert copy.identity(5) == FLEET.identity(5)
    assert copy.owner(5).upn.endswith("@other.example")


def test_the_mix_is_that_of_companies() -> None:
    count = Counter(FLEET.identity(index).platform for index in range(10_000))
    assert [platform for platform, _ in count.most_common()] == ["ios", "android", "windows", "macos"]
    assert 4_700 < count[Platform.IOS] < 5_300


def test_what_a_device_has() -> None:
    def has(device: DeviceIdentity) -> set[str]:
        return {field for field in IDENTITIES[2:] if getattr(device, field) is not None} - {"second_imei"}

    for index in range(2_000):
        ios = FLEET.identity(index, "ios")
        assert has(ios) - {"meid"} == ({"imei", "udid"} if ios.imei else {"udid"})
        assert (ios.os_name == "iPadOS") == ios.model.startswith("iPad")
        assert ios.imei or ios.os_name == "iPadOS"
        assert has(FLEET.identity(index, "macos")) == {"udid"}
        assert has(FLEET.identity(index, "android")) - {"imei", "meid"} == {"android_id"}
        assert has(FLEET.identity(index, "windows")) == {"windows_device_id"}


@pytest.mark.parametrize("index", [-1, CAPACITY])
def test_there_is_no_device_beyond_the_capacity(index: int) -> None:
    with pytest.raises(IndexError, match=f"devices 0 to {CAPACITY - 1}"):
        FLEET.identity(index)
    with pytest.raises(IndexError):
        FLEET.owner(index)


def test_a_platform_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="symbian"):
        FLEET.identity(0, "symbian")
