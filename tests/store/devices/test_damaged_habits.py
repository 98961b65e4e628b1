"""Habits that no simulator writes are refused where they are read, before anybody searches them for ever."""

from __future__ import annotations

import msgspec
import pytest

from certfleet.store.devices.schedule.schedule import next_check_in
from certfleet.store.model.habits import Habits, Schedule
from certfleet.store.workspace import Workspace
from tests.material import NOW

FINE = {"key": 1, "interval": 14_400, "phase": 7}
SCHEDULE = Schedule(key=1, interval=14_400, phase=7)


@pytest.mark.parametrize(
    "damage",
    [
        {"interval": 0},
        {"interval": -5},
        {"day_start": 0, "day_end": 0},
        {"day_start": 50_000, "day_end": 40_000},
        {"day_end": 90_000},
        {"spell_days": 0},
        {"spells": 1001},
    ],
)
def test_a_schedule_that_is_none(damage: dict[str, int]) -> None:
    fields = [{**FINE, **damage}.get(name, default) for name, default in _defaults()]
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(fields), type=Schedule)


def test_one_that_a_simulator_writes() -> None:
    fields = [FINE.get(name, default) for name, default in _defaults()]
    schedule = msgspec.json.decode(msgspec.json.encode(fields), type=Schedule)
    assert schedule == SCHEDULE
    assert next_check_in(schedule, int(NOW.timestamp())) is not None


def test_check_names_a_simulation_that_is_none() -> None:
    with Workspace.open(None, start=NOW) as workspace:
        table = workspace.database.table("simulation")
        table.insert(table.document_class({"devices": "many"}, 1))
        (problem,) = workspace.check().problems
        assert (problem.code, problem.record) == ("document-invalid", "simulation:1")


def test_habits_keep_their_order_in_a_record() -> None:
    habits = Habits(SCHEDULE, 3, keys=2)
    assert msgspec.json.decode(msgspec.json.encode(habits), type=Habits) == habits


def _defaults() -> list[tuple[str, object]]:
    plain = Schedule(key=0, interval=1)
    return [(name, getattr(plain, name)) for name in Schedule.__struct_fields__]
