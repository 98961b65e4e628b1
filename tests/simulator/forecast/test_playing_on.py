"""What a change leads to: two states are run ahead to the same time, and compared there."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain

from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.forecast.copying import basis_of
from certfleet.simulator.forecast.playing_on import PlayedOn, play_on
from certfleet.simulator.moments.comparing import differing_rows
from certfleet.store.workspace import Workspace

from ..conftest import Draw
from .test_forecasting import real_fleet


def played(one: Workspace, other: Workspace, days: int) -> PlayedOn:
    return play_on(basis_of(one), basis_of(other), "alice", other.now() + timedelta(days=days))


def test_what_happens_anyway_is_no_part_of_the_difference(fleet: Draw) -> None:
    """In 400 days every certificate ends, and devices come and go."""
    with fleet(devices=12, churn=1) as workspace, workspace.copy() as same:
        found = played(workspace, same, 400)
        assert found.without.events and found.without == found.changed
        assert found.effects.is_empty


def test_renewals_are_carried_out_and_what_is_left_is_told(fleet: Draw) -> None:
    with fleet(devices=40) as workspace, workspace.copy() as changed:
        asked = changed.devices.renew([device.id for device in changed.devices.all()])
        found = played(workspace, changed, 2)
        renewed = found.changed.renewals
        assert 0 == found.without.renewals < renewed
        (issued,) = found.effects.records
        assert (issued.kind, issued.added, issued.changed) == ("device certificate", renewed, 0)
        left = sum(one.count for one in found.effects.queues if one.added)
        assert left == len(asked.pending) - renewed


def test_the_forecast_of_a_change_is_what_comes_of_it(fleet: Draw) -> None:
    with fleet(devices=20) as workspace, workspace.copy() as changed:
        changed.devices.revoke([1, 2, 3])
        until = changed.now() + timedelta(days=5)
        found = play_on(basis_of(workspace), basis_of(changed), "alice", until)
        with Simulator(changed) as simulator:
            simulator.run(until)
        states = {id: one.after for one in found.effects.devices for id in one.ids}
        assert states == {id: changed.devices.get(id).state for id in (1, 2, 3)}
        assert set(chain.from_iterable(one.ids for one in found.effects.queues)) <= {1, 2, 3}


def test_a_real_fleet_gets_the_same_habits_in_both(fleet: Draw) -> None:
    with real_fleet(6) as workspace, workspace.copy() as changed:
        changed.devices.renew([1])
        found = played(workspace, changed, 7)
        assert found.changed.renewals - found.without.renewals in (0, 1)
        assert not found.effects.devices


def test_rows_differ_in_dictionaries_as_on_a_disk(fleet: Draw) -> None:
    with fleet(devices=4) as workspace, workspace.copy() as changed:
        changed.devices.renew([2])
        assert differing_rows(workspace, changed)["devices"].keys() == {2}
