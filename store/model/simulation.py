"""What a workspace keeps of its simulation: the fleet's plan, what the simulator is told, and samples over time."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from .device import Platform

RECORD, CONTROL = 1, 2  # the ids of the two documents of the table ``simulation``


class SimulationRecord(Struct, frozen=True, kw_only=True):
    """``drawn`` of the ``devices`` are there and enrolled. ``check_in`` is in seconds, None for each platform's own."""

    devices: int
    seed: int
    mix: dict[Platform, int]
    check_in: int | None
    domain: str
    started_at: datetime
    drawn: int = 0


class Control(Struct, frozen=True, kw_only=True):
    """What the simulator is told. ``speed`` is virtual seconds a second, None for as fast as possible."""

    speed: int | None = None
    stop_requested: bool = False


class Sample(Struct, frozen=True, kw_only=True):
    """How many devices worked with a certificate of each group, and were in each state, at a time."""

    at: datetime
    groups: dict[str, int]
    states: dict[str, int]
