"""The next events of the devices: the earliest first, simultaneous ones together, whatever was replaced meanwhile."""

from __future__ import annotations

from certfleet.simulator.engine.behaviour.next_step import Next, NextStep
from certfleet.simulator.engine.memory.upcoming_events import UpcomingEvents

CONTACT, WAIT = NextStep.CONTACT, NextStep.WAIT


def begun(**at: int) -> UpcomingEvents:
    events = UpcomingEvents()
    events.put_all((int(name.removeprefix("d")), Next(time, CONTACT)) for name, time in at.items())
    return events


def test_those_up_to_a_time_in_order() -> None:
    events = begun(d3=50, d1=70, d2=60, d9=-5)
    assert events.first_at == -5  # before 1970
    assert events.take(10, 60) == ({9: Next(-5, CONTACT), 3: Next(50, CONTACT), 2: Next(60, CONTACT)}, 60)
    assert events.take(10, 69) == ({}, 69)
    assert events.take(10, 100) == ({1: Next(70, CONTACT)}, 100)
    assert events.take(10, 200) == ({}, 200)


def test_more_than_wanted_end_earlier_and_simultaneous_ones_stay_together() -> None:
    events = begun(d1=10, d2=20, d3=20, d4=20, d5=30)
    taken, until = events.take(2, 100)
    assert sorted(taken) == [1, 2, 3, 4]
    assert until == 20
    assert events.take(2, 100) == ({5: Next(30, CONTACT)}, 100)


def test_an_event_is_replaced_or_forgotten() -> None:
    events = begun(d1=10, d2=20)
    events.put(1, Next(40, WAIT))
    events.put(2, None)
    events.put(3, Next(30, NextStep.RE_ENROLL))
    events.put(3, Next(30, NextStep.RE_ENROLL))
    assert events.first_at == 30
    assert events.take(5, 50) == ({3: Next(30, NextStep.RE_ENROLL), 1: Next(40, WAIT)}, 50)


def test_a_device_in_the_year_9000_with_a_large_id() -> None:
    events, at = UpcomingEvents(), 221_845_392_000
    for step in NextStep:
        events.put(2**39, Next(at, step))
        assert events.take(1, at) == ({2**39: Next(at, step)}, at)
