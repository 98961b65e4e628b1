"""The real site can't be taken for a rehearsal."""

from __future__ import annotations

from pathlib import Path

from certfleet.store.branching import branch
from certfleet.store.workspace import Workspace
from certfleet.store.workspace_kind import WorkspaceKind, kind_of
from tests.material import NOW


def kind(workspace: Workspace) -> WorkspaceKind:
    return kind_of(workspace.database, workspace.audit)


def test_by_clock_settings_and_history(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "site") as workspace:
        assert kind(workspace) is WorkspaceKind.REAL
        workspace.site.set(protected_name="Production")
        assert kind(workspace) is WorkspaceKind.PROTECTED
        with workspace.copy() as copy:
            assert kind(copy) is WorkspaceKind.IN_MEMORY
        branch(workspace, workspace.moments.save("before"), tmp_path / "branch")
    with Workspace.open(tmp_path / "branch") as workspace:
        assert kind(workspace) is WorkspaceKind.BRANCH
    with Workspace.open(tmp_path / "fleet", start=NOW) as workspace:
        assert kind(workspace) is WorkspaceKind.SIMULATED
        assert not kind(workspace).is_real
