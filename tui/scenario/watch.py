"""Follows the scenario of the console's workspace."""

from __future__ import annotations

from ...simulator.scenarios.glance import glance
from ...store.workspace import Workspace
from ..shell.keys import keyed


class ScenarioWatch:
    """Shared by all screens. ``glance`` is where the person is, None without a scenario."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.glance = glance(workspace)

    def look(self) -> str:
        """Look again, after a change; returns what is to be said."""
        before, self.glance = self.glance, glance(self._workspace)
        is_over = self.glance is not None and self.glance.over and before is not None and not before.over
        return keyed("The scenario is over. {scenario} shows the debrief.") if is_over else ""
