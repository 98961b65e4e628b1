"""What is said about undoing a change: a simulated workspace goes back, the real world doesn't."""

from __future__ import annotations

from pathlib import Path

from certfleet.store.effects.effects import Effects
from certfleet.store.effects.undo import MOMENT_BEFORE, undo_text
from certfleet.store.workspace import Workspace

from ..conftest import Draw

BY_HAND = "1 device must be enrolled again by its user"


def undo(effects: Effects) -> tuple[bool, str]:
    assert effects.undo is not None
    return effects.undo.possible, effects.undo.how


def test_a_moment_brings_back_what_a_real_deployment_can_t(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "w", devices=5)
    effects = workspace.trials.try_out(lambda: workspace.deletions.delete([1]))
    assert undo(effects) == (True, f"{MOMENT_BEFORE}; a real deployment can't: {BY_HAND}")
    workspace.deletions.delete([1])
    assert workspace.devices.records.find_id(1) is None
    workspace.moments.go(str(workspace.moments.all()[-1].id))
    assert workspace.devices.records.find_id(1) is not None


def test_a_copy_says_what_holds_for_its_workspace(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "w", devices=5)
    with workspace.copy() as copy, copy.trials.together() as effects:
        copy.deletions.delete([1])
        assert undo(effects())[1].startswith(MOMENT_BEFORE)
        assert copy.moments.all() == []


def test_where_no_moment_is_kept_it_can_t_be_undone(fleet: Draw, tmp_path: Path) -> None:
    in_memory = fleet(devices=5)
    effects = in_memory.trials.try_out(lambda: in_memory.deletions.delete([1]))
    assert undo(effects) == (False, BY_HAND)
    assert not in_memory.moments.goes_back
    with Workspace.open(tmp_path / "real") as real:
        assert undo_text(goes_back=real.moments.goes_back) == "This can't be undone."
