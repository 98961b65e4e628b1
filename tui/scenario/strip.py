"""The line below the screens' names while a workspace has a scenario: the time left, the points, what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual import events
from textual.reactive import reactive
from textual.widget import Widget

from ...store.printable import printable
from ...store.words import length_text, plural
from ..components.text_styles import Tone, styled

if TYPE_CHECKING:
    from ...simulator.scenarios.glance import ScenarioGlance


class ScenarioStrip(Widget):
    """One line, none without a scenario. A click opens the objectives, or the debrief once it is over."""

    glance: reactive[ScenarioGlance | None] = reactive(None)

    def watch_glance(self, glance: ScenarioGlance | None) -> None:
        self.display = glance is not None

    def render(self) -> Text:
        glance = self.glance
        if glance is None:
            return Text()
        app, width = self.app, self.size.width
        key = styled(app, ("z", Tone.ACCENT), (" debrief " if glance.over else " more ", Tone.DIM))
        left = "it is over" if glance.over else f"{length_text(max(glance.ends_at, glance.now) - glance.now)} left"
        line = styled(
            app,
            (" Scenario  ", Tone.DIM),
            (left, Tone.STRONG),
            f"  {glance.points} of {plural(glance.most, 'point')}  ",
            (_objectives(glance), Tone.DIM),
        )
        line.truncate(max(0, width - key.cell_len - 1), overflow="ellipsis", pad=True)
        return line.append(" ").append_text(key)

    async def on_click(self, event: events.Click) -> None:
        await self.app.run_action("scenario")


def _objectives(glance: ScenarioGlance) -> str:
    if glance.over:
        return f"{glance.met} of {plural(glance.met + glance.missed, 'objective')} met"
    following = min(glance.open.values(), key=lambda one: one.by, default=None)
    said = f"{len(glance.open)} open"
    return said if following is None else f"{said}: {printable(following.title)}"
