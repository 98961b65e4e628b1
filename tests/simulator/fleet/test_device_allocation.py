"""Who has which device: owners first, and the mix to the device."""

from __future__ import annotations

from collections import Counter, defaultdict

from hypothesis import given
from hypothesis import strategies as st

from certfleet.simulator.fleet.device_allocation import DeviceAllocation
from certfleet.simulator.fleet.mix import Mix
from certfleet.simulator.identities.model import DeviceKind
from certfleet.simulator.identities.staff import DeviceHolder
from certfleet.simulator.identities.tables import tables
from certfleet.store.model.device import Platform
from tests.examples import examples

from ..conftest import Draw

USUAL = {Platform.IOS: 50, Platform.ANDROID: 30, Platform.WINDOWS: 15, Platform.MACOS: 5}
SHARES = st.dictionaries(st.sampled_from(Platform), st.integers(0, 100), min_size=1)


def held(
    shares: dict[Platform, int], devices: int, key: bytes = b"key"
) -> list[tuple[Platform, DeviceKind, DeviceHolder]]:
    allocation = DeviceAllocation(Mix(shares, devices, key), key, "a.example")
    return [allocation.device(index) for index in range(devices)]


@given(SHARES.filter(lambda shares: any(shares.values())), st.integers(1, 400), st.binary(min_size=1, max_size=8))
@examples(60)
def test_every_device_has_somebody_and_the_mix_is_kept(shares: dict[Platform, int], devices: int, key: bytes) -> None:
    found, mix = held(shares, devices, key), Mix(shares, devices, key)
    assert Counter(platform for platform, _, _ in found) == Counter(mix.platform(index) for index in range(devices))
    people = defaultdict(set)
    for _, _, person in found:
        people[person.upn].add(person)
    assert all(len(same) == 1 for same in people.values())


@given(SHARES.filter(lambda shares: any(shares.values())), st.integers(1, 300), st.binary(min_size=1, max_size=8))
@examples(60)
def test_the_other_devices_of_a_person_are_found(shares: dict[Platform, int], devices: int, key: bytes) -> None:
    allocation, people = DeviceAllocation(Mix(shares, devices, key), key, "a.example"), defaultdict(set)
    for index, (_, kind, person) in enumerate(held(shares, devices, key)):
        if kind is DeviceKind.SHARED:
            assert allocation.others_of(index) == ()
        else:
            people[person.upn].add(index)
    for same in people.values():
        for index in same:
            assert sorted(allocation.others_of(index)) == sorted(same - {index})


def test_people_have_a_phone_mostly_a_computer_less_often_and_a_tablet_seldom() -> None:
    kinds: dict[str, Counter[DeviceKind]] = defaultdict(Counter)
    for _, kind, person in held(USUAL, 10_000):
        kinds[person.upn][kind] += 1
    places = [count for count in kinds.values() if count[DeviceKind.SHARED]]
    people = [count for count in kinds.values() if not count[DeviceKind.SHARED]]
    assert all(count.keys() == {DeviceKind.SHARED} for count in places)
    assert max(count.total() for count in places) == 8
    assert sum(count[DeviceKind.PHONE] > 0 for count in people) > 0.95 * len(people)
    assert 0.2 < sum(count[DeviceKind.COMPUTER] > 0 for count in people) / len(people) < 0.4
    assert 0.1 < sum(count[DeviceKind.TABLET] > 0 for count in people) / len(people) < 0.2
    assert max(count.total() for count in people) <= 4
    assert max(count[DeviceKind.COMPUTER] for count in people) == 1


def test_models_are_of_the_kind() -> None:
    kinds = {model.name: model.kind for model in tables().models}
    assert kinds["TC52 Touch Computer"] is DeviceKind.SHARED
    assert kinds["Galaxy Tab Active3"] is DeviceKind.TABLET
    assert kinds["iPad (6th generation)"] is DeviceKind.TABLET
    assert kinds["Galaxy S21 5G"] is DeviceKind.PHONE


def test_all_devices_of_a_person_go_by_one_clock(fleet: Draw) -> None:
    workspace = fleet(devices=600, mix={Platform.IOS: 50, Platform.ANDROID: 30, Platform.WINDOWS: 20})
    devices = workspace.devices.all()
    assert sum(device.platform is Platform.WINDOWS for device in devices) == 120
    clocks = defaultdict(set)
    for device in devices:
        assert device.habits is not None
        schedule = device.habits.schedule
        clocks[device.upn].add((schedule.zone, schedule.holidays, schedule.utc_offset, device.language))
    assert len(clocks) < 500
    assert all(len(found) == 1 for found in clocks.values())
    assert all(zone and language for found in clocks.values() for zone, _, _, language in found)
    for device in devices:
        rugged = device.maker in ("Zebra", "Honeywell")
        assert rugged == ("-" in device.upn and device.upn.split("@")[0].rpartition("-")[2].isdigit())
