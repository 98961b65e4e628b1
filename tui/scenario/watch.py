"""Follows the scenario of the console's workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...store.workspace import Workspace
from ..shell.keys.keys import keyed

if TYPE_CHECKING:
    from ...simulator.scenarios.glance import ScenarioGlance


class ScenarioWatch:
    """Shared by all screens. ``glance`` is where the person is, None without a scenario."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.glance = self._look()

    def look(self) -> str:
        """Look again, after a change; returns what is to be said."""
        before, self.glance = self.glance, self._look()
        is_over = self.glance is not None and self.glance.over and before is not None and not before.over
        return keyed("The scenario is over. {scenario} shows the debrief.") if is_over else ""

    def _look(self) -> ScenarioGlance | None:
        if not len(self._workspace.database.table("scenario")):
            return None  # as in most workspaces, whose console doesn't import the rules of scenarios
        from ...simulator.scenarios.glance import glance

        return glance(self._workspace)
