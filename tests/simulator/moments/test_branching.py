"""A branch is a workspace of its own, with the state of a moment; two states can be compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from certfleet.simulator.engine.processes.lock import simulator_lock
from certfleet.simulator.engine.status.status import simulation_status
from certfleet.simulator.moments.comparing import compare
from certfleet.simulator.moments.going import go_to
from certfleet.store.branching import DRAFT_FILE, branch
from certfleet.store.errors import Refusal
from certfleet.store.folder import KEY_FILE
from certfleet.store.model.device import DeviceState
from certfleet.store.workspace import Workspace

from ..conftest import MONDAY, Draw, rotate, run


def test_a_branch_lives_on_by_itself(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "w", devices=20)
    moment = workspace.moments.save("start")
    rotate(workspace)
    workspace.devices.renew(range(1, 21))
    run(workspace, days=5)
    here = simulation_status(workspace).event_log

    branch(workspace, moment, tmp_path / "other")
    with Workspace.open(tmp_path / "other") as other:
        assert other.now() == MONDAY
        assert len(other.authorities.groups()) == 1
        assert other.moments.all() == []
        assert other.check().clean
        rotate(other)
        other.devices.renew(range(1, 21))
        run(other, days=5)  # its keys open: it issues certificates
        assert simulation_status(other).event_log == here
    assert simulation_status(workspace).event_log == here
    assert not (tmp_path / "other" / DRAFT_FILE).exists()


def test_a_branch_of_a_real_inventory_has_a_virtual_clock(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w") as workspace:
        moment = workspace.moments.save("today")
        branch(workspace, moment, tmp_path / "rehearsal")
    with Workspace.open(tmp_path / "rehearsal") as rehearsal:
        assert rehearsal.is_virtual
        assert rehearsal.now() == moment.at.replace(microsecond=0)


def test_a_branch_needs_a_folder_of_its_own(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "w", devices=5)
    moment = workspace.moments.save("start")
    branch(workspace, moment, tmp_path / "other")
    with pytest.raises(Refusal, match="workspace-not-empty"):
        branch(workspace, moment, tmp_path / "other")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.png").touch()
    with pytest.raises(Refusal, match="not-a-workspace"):
        branch(workspace, moment, tmp_path / "photos")


def test_an_interrupted_branch_can_be_made_again(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "w", devices=5)
    moment = workspace.moments.save("start")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / DRAFT_FILE).write_bytes(b"half")
    (tmp_path / "other" / KEY_FILE).write_text("a key")
    branch(workspace, moment, tmp_path / "other")
    with Workspace.open(tmp_path / "other") as other:
        assert other.check().clean


def test_two_states_are_compared(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "w", devices=20)
    moment = workspace.moments.save("start")
    branch(workspace, moment, tmp_path / "other")
    workspace.devices.revoke([3, 4])
    run(workspace, days=3)

    found = compare(workspace, "start", "now")
    assert (found.first.at, found.second.at) == (MONDAY, workspace.now())
    assert found.first.counts.states[DeviceState.ENROLLED] == 20
    assert sum(one.count for one in found.effects.devices if one.after is DeviceState.REVOKED) == 2
    back = compare(workspace, "now", "start")
    assert sum(one.count for one in back.effects.devices if one.before is DeviceState.REVOKED) == 2

    same = compare(workspace, "start", f"{tmp_path}/other")
    assert same.first.log == same.second.log
    assert same.effects.is_empty
    assert workspace.moments.find("start") == moment


def test_nobody_goes_back_while_a_simulator_runs(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "w", devices=5)
    workspace.moments.save("start")
    with Workspace.open(tmp_path / "w") as other, simulator_lock(other), pytest.raises(Refusal) as refused:
        go_to(workspace, "start")
    assert refused.value.code == "simulator-running"
