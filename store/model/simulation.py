"""Records of a simulation: the fleet's plan, the simulator's control settings, what has changed in the
fleet, samples over time, and the load at its peak."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from .device import Platform

RECORD, CONTROL, TURNOVER, FAILURES = 1, 2, 3, 10  # the ids of the documents of the table ``simulation``


class SimulationRecord(Struct, frozen=True, kw_only=True):
    """The fleet's plan. ``drawn`` of the ``devices`` exist and are enrolled. ``check_in`` is in seconds; None: by
    platform. ``tables`` are the site's own tables of models and OS versions, by file name; ``habits`` is its own
    file of habits. ``drawing`` is the way of drawing that the fleet was begun with. ``churn`` is how many new devices
    come per thousand a year. ``past``: the fleet had lived for a while when it was shown."""

    devices: int
    seed: int
    mix: dict[Platform, int]
    check_in: int | None
    domain: str
    started_at: datetime
    drawn: int = 0
    tables: dict[str, str] = {}
    drawing: int = 1
    habits: str = ""
    churn: int = 0
    past: bool = False


class Control(Struct, frozen=True, kw_only=True):
    """The simulator's control settings. ``speed`` is virtual seconds per second, None for as fast as possible;
    ``starts`` counts the simulators that have begun to read them."""

    speed: int | None = None
    stop_requested: bool = False
    starts: int = 0


class Turnover(Struct, frozen=True, kw_only=True):
    """What has changed in a fleet since its start: how many devices ``arrived``, ``joined`` of them with a newcomer;
    how many devices were ``replaced`` (those of people who left, too), and ``handed_on`` to somebody else. ``returned``
    counts the deleted devices that enrolled again."""

    arrived: int = 0
    joined: int = 0
    replaced: int = 0
    handed_on: int = 0
    returned: int = 0


class Sample(Struct, frozen=True, kw_only=True):
    """A sample: the number of devices by CA group and by state at one time."""

    at: datetime
    groups: dict[str, int]
    states: dict[str, int]


class BusiestMinute(Struct, frozen=True, kw_only=True):
    """The most of something in a minute, and the beginning of the first such minute. ``last`` (Unix time / 60) is the
    last minute that was counted, ``last_count`` its number, which may still grow."""

    count: int = 0
    at: datetime | None = None
    last: int = 0
    last_count: int = 0


class PeakLoad(Struct, frozen=True, kw_only=True):
    """The load of the server at its peak since a CA group issues: check-ins that find something, enrollments included,
    and device certificates issued."""

    id: int
    group: str
    check_ins: BusiestMinute = BusiestMinute()
    certificates: BusiestMinute = BusiestMinute()
