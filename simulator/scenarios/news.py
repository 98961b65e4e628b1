"""What came in a scenario while time passed: for whoever let it pass."""

from __future__ import annotations

from collections.abc import Iterator

from ...store.words import minute
from ...store.workspace import Workspace
from .reading import read_scenario
from .record import ScenarioProgress, progress_of
from .standing import ObjectiveState


def news_lines(workspace: Workspace, before: ScenarioProgress) -> Iterator[str]:
    """What somebody was told since ``before``, how objectives were judged, and that it has ended since then."""
    now = progress_of(workspace)
    scenario = read_scenario(now.text, now.name)
    news = []
    for one in now.judged[len(before.judged) :]:
        objective = scenario.objectives[one.number]
        state = ObjectiveState.MET if one.met else ObjectiveState.MISSED
        news.append((one.at, f"objective {one.number + 1}, {objective.title}: {state}, {one.said}"))
    news += [(one.at, one.text) for one in now.told[len(before.told) :]]
    yield from (f"{minute(at)}  {said}" for at, said in sorted(news, key=lambda one: one[0]))
    if now.next_at is None and before.next_at is not None and workspace.now() >= now.ends_at:
        yield f"the scenario is over, {scenario.title}: `certfleet scenario report` shows the debrief"
