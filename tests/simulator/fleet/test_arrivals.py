"""Arrivals and departures as a function of the seed: working hours, the autumn, and each place in turn."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from certfleet.simulator.engine.state.simulation_record import simulation_of
from certfleet.simulator.fleet.arrivals import Arrivals, DeviceTurn, TurnKind
from certfleet.simulator.fleet.device_allocation import DeviceAllocation
from certfleet.simulator.fleet.drawing import Drawing
from certfleet.simulator.fleet.mix import Mix
from certfleet.simulator.identities.model import DeviceKind
from certfleet.simulator.identities.tables import tables
from certfleet.store.devices.identity import IDENTITIES
from certfleet.store.devices.schedule.local_days import is_holiday
from certfleet.store.model.device import Platform
from tests.examples import examples

from ..conftest import MONDAY, Draw

USUAL = {Platform.IOS: 50, Platform.ANDROID: 30, Platform.WINDOWS: 15, Platform.MACOS: 5}
YEAR = 365 * 86_400


def arrivals(devices: int, churn: int = 350, seed: int = 7, start: datetime = MONDAY) -> Arrivals:
    allocation = DeviceAllocation(Mix(USUAL, devices, b"mix"), b"holders", "a.example")
    return Arrivals(seed, devices, churn, start, allocation)


def turns(found: Arrivals, start: datetime = MONDAY, *, years: float = 1) -> list[DeviceTurn]:
    first = int(start.timestamp())
    return list(takewhile(lambda turn: turn.at <= first + years * YEAR, found.after(first)))


@given(
    st.integers(0, 1000),
    st.integers(1, 60),
    st.integers(1, 1000),
    st.dates(date(2022, 1, 1), date(2027, 12, 31)),
    st.floats(0, 2),
)
@examples(40)
def test_the_turns_after_a_time_are_the_same_from_wherever_one_looks(
    seed: int, devices: int, churn: int, day: date, later: float
) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    found = arrivals(devices, churn, seed, start)
    at = int(start.timestamp() + later * YEAR)
    whole = [turn for turn in turns(found, start, years=3) if turn.at > at]
    assert list(islice(arrivals(devices, churn, seed, start).after(at), len(whole))) == whole
    assert [(turn.at, turn.number) for turn in whole] == sorted((turn.at, turn.number) for turn in whole)
    assert all(turn.at > start.timestamp() for turn in whole)


def test_so_many_new_devices_come_a_year() -> None:
    found = Counter(turn.kind for turn in turns(arrivals(4000), years=3))
    new = found[TurnKind.REPLACED] + found[TurnKind.JOINED]
    assert 0.97 < new / (4000 * 0.35 * 3) < 1.03
    assert found[TurnKind.JOINED] > 200
    assert found[TurnKind.HANDED_ON] > 200
    assert turns(arrivals(4000, churn=0)) == []


def test_turns_come_in_the_working_hours_of_a_person_and_more_in_autumn() -> None:
    months = Counter[int]()
    for turn in turns(arrivals(1500), years=2):
        local = datetime.fromtimestamp(turn.at, ZoneInfo(turn.holder.zone.name))
        months[local.month] += 1
        assert local.weekday() < 5, (turn, local)
        assert not is_holiday(turn.holder.country, (local.date() - date(1970, 1, 1)).days)
        second = local.hour * 3600 + local.minute * 60 + local.second
        assert turn.holder.work_from <= second < turn.holder.work_to
    assert min(months[month] for month in (9, 10, 11)) > 1.4 * max(months[month] for month in (2, 4, 5, 6, 7))


def test_each_place_takes_its_turn_and_no_device_is_replaced_twice() -> None:
    found = turns(arrivals(50, churn=900), years=6)
    replaced = [turn.device_index for turn in found if turn.kind is not TurnKind.HANDED_ON]
    assert len({*replaced}) == len(replaced) > 250
    there = {*range(50)}
    for turn in sorted(found, key=lambda turn: turn.number):
        assert turn.device_index in there
        if turn.kind is not TurnKind.HANDED_ON:
            there.remove(turn.device_index)
            there.add(turn.new_index)
    assert len(there) == 50


def test_who_joins_is_nobody_who_was_there_and_keeps_the_places_of_who_left() -> None:
    found = sorted(turns(arrivals(40, churn=1000), years=8), key=lambda turn: turn.number)
    allocation = DeviceAllocation(Mix(USUAL, 40, b"mix"), b"holders", "a.example")
    upns = {allocation.device(index)[2].upn for index in range(40)}
    holder = {index: allocation.device(index)[2] for index in range(40)}
    several = 0
    for turn in found:
        before = holder.pop(turn.device_index)
        if turn.kind is TurnKind.REPLACED:
            assert turn.holder == before
        else:
            assert turn.holder.upn not in upns
            upns.add(turn.holder.upn)
        given_up = {index for index, one in holder.items() if one.upn == before.upn}
        assert {*turn.others} == (given_up if turn.kind is TurnKind.JOINED else set())
        holder |= dict.fromkeys(turn.others, turn.holder)
        if turn.device_kind is DeviceKind.SHARED:
            assert turn.kind is TurnKind.REPLACED
        several += bool(turn.others)
        holder[turn.device_index if turn.kind is TurnKind.HANDED_ON else turn.new_index] = turn.holder
    assert several > 5


def test_new_devices_are_of_models_and_systems_of_their_day_and_share_no_identity(drawn: Draw) -> None:
    workspace = drawn(devices=60, churn=1000)
    record = simulation_of(workspace)
    assert record is not None
    drawing = Drawing.of(workspace, record)
    assert drawing.arrivals is not None
    released = {model.identifier: model.released for model in tables().models}
    systems = {
        (release.version, release.build): release.released for some in tables().releases.values() for release in some
    }
    known = {(field, getattr(device, field)) for device in workspace.devices.all() for field in IDENTITIES}
    number = len(known)
    for turn in turns(drawing.arrivals, years=0.9):
        device, day = drawing.arrival(turn, 100), datetime.fromtimestamp(turn.at, UTC).date()
        assert device.platform is turn.platform
        assert released[device.model] <= day
        came_out = systems.get((device.os_version, device.os_build))
        assert came_out is None or came_out <= day
        assert device.habits is not None
        assert device.habits.schedule.zone == turn.holder.zone.name
        for field in IDENTITIES:
            if value := getattr(device, field):
                assert (field, value) not in known
                known.add((field, value))
    assert len(known) > number + 40
