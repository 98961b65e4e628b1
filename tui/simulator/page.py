"""The simulator: the virtual clock and its speed, the events, and the progress of the fleet."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from ...simulator.engine.campaigns.campaign import open_campaign
from ...simulator.engine.campaigns.status import campaign_summary
from ...simulator.engine.state.load import peak_load
from ...simulator.engine.state.simulation_record import history, simulation_of
from ...store.authorities.groups import DEFAULT_GROUP, GroupState
from ...store.devices.common_traits import FEWEST, failing_renewals
from ...store.errors import Refusal
from ...store.model.device import WaitsFor
from ...store.persistence.database import Changes
from ..components.group_marks import GroupMark, group_marks
from ..components.stacked_plot import Point, StackedPlot, legend
from ..components.still_static import StillStatic
from ..components.text_styles import Tone, styled
from ..devices.fleet_figures import FleetFigures, count_fleet
from ..dialogs.refusal_panel import RefusalPanel
from ..shell.keys.keys import bound
from ..shell.page import Page
from ..shell.repaint_throttle import RepaintThrottle
from .campaign_dialog import CampaignDialog, StartCampaignDialog
from .control import SimulatedBy, Simulation
from .event_log import EventLogView
from .fleet_dialog import FleetDialog
from .hurdles import hurdle_lines
from .moment_dialog import MomentDialog
from .outage_dialog import OutageDialog
from .progress import load_lines, progress_campaign_line, progress_legend, progress_lines
from .state import state_lines
from .turnover_lines import turnover_lines

WIDE, TALL = 110, 32
NARROW, ROOMY = 36, 66  # cells for the progress; the style sheet has the same number


class SimulatorPage(Page):
    """Everything that it shows comes from the workspace, so it is the same for a simulator that runs elsewhere."""

    page = "simulator"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (TALL, "-tall")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("run", "run", "Run", tooltip="Start or pause"),
        bound("hour", "step('1h')", "Hour", tooltip="Go on by an hour"),
        bound("day", "step('1d')", "Day", tooltip="Go on by a day"),
        bound("faster", "speed(1)", "Faster"),
        bound("slower", "speed(-1)", "Slower"),
        bound("new", "fleet", "Draw a fleet"),
        bound("campaign", "campaign", "Campaign", tooltip="Tell people to re-enroll"),
        bound("outage", "outage", "Outage", tooltip="Simulate an outage, or end one"),
        bound("keep", "moments", "Moments", tooltip="Keep the present state, or go back to an earlier one"),
        bound("other-tab", "other", "Forecast", tooltip="What happens if time goes on"),
        bound("back", "back", "Put the message away", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._figures = FleetFigures()
        self._can_draw = self._has_fleet = False
        self._trouble: Refusal | None = None
        self._state_throttle = RepaintThrottle(self, self._show_simulation, rest=0.2)
        self._throttle = RepaintThrottle(self, self._show)
        self._event_throttle = RepaintThrottle(self, self._show_events)

    def compose_page(self) -> ComposeResult:
        with Vertical(id="simulator"):
            yield StillStatic("", id="state")
            yield StillStatic("", id="hurdles")
            yield RefusalPanel(id="trouble")
            with Vertical(id="history"):
                yield StillStatic("", id="legend")
                yield StackedPlot(id="plot")
            with Horizontal(id="happenings"):
                with Vertical(id="crossing"):
                    yield StillStatic("", classes="title", id="crossing-title")
                    yield StillStatic("", id="crossing-lines")
                yield EventLogView(id="log")

    @property
    def simulation(self) -> Simulation:
        """The control of the simulator."""
        return self.console.simulation

    # Contents

    def show_state(self, changes: Changes | None) -> None:
        self._state_throttle()
        if changes is None or changes.touches("devices", "authority_groups", "simulation", "workspace", "campaigns"):
            self._throttle()
        if changes is None or changes.touches("device_events"):
            self._event_throttle()

    def follow_simulation(self) -> None:
        super().follow_simulation()
        if self.is_mounted:
            self._state_throttle.now()

    def _show_simulation(self) -> None:
        record = simulation_of(self.workspace)
        self.query_one("#state", Static).update(state_lines(self.app, self.console, record))
        self._show_hurdles()
        if self.simulation.trouble is not self._trouble:
            self._trouble = self.simulation.trouble
            panel = self.query_one("#trouble", RefusalPanel)
            panel.clear() if self._trouble is None else panel.show(self._trouble)
        can_draw = self.simulation.is_possible and (record is None or record.drawn < record.devices)
        has_fleet = record is not None and record.drawn > 0
        if (can_draw, has_fleet) != (self._can_draw, self._has_fleet):
            self._can_draw, self._has_fleet = can_draw, has_fleet
            self.refresh_bindings()

    def _show_hurdles(self) -> None:
        most = 3 if self.size.height >= TALL else 1
        lines = hurdle_lines(self.app, self.console, self._figures, width=self.size.width - 2, most=most)
        hurdles = self.query_one("#hurdles", Static)
        hurdles.display = bool(lines)
        hurdles.update(Text("\n", no_wrap=True).join(lines))

    def _show(self) -> None:
        self._figures = count_fleet(self.console)
        there = self._figures.total > 0
        for part in ("#history", "#happenings"):
            self.query_one(part).display = there
        if there:
            self._draw()
        self._show_hurdles()

    def _draw(self) -> None:
        figures, summaries = self._figures, self.workspace.authorities.summaries(self._figures.groups)
        marks = group_marks([one.group.name for one in summaries] or [DEFAULT_GROUP])
        issuing = next((one.group.name for one in summaries if one.state is GroupState.ISSUING), next(reversed(marks)))
        points = [Point(sample.at, sample.groups) for sample in history(self.workspace)]
        points.append(Point(max([self.workspace.now(), *(point.at for point in points[-1:])]), dict(figures.groups)))
        self.query_one(StackedPlot).show(points, marks)
        title = styled(self.app, ("Devices by CA group  ", Tone.STRONG))
        title.no_wrap, title.overflow = True, "ellipsis"
        self.query_one("#legend", Static).update(title.append_text(legend(self.app, marks, figures.groups)))
        self._draw_progress(marks[issuing], several=len(marks) > 1)

    def _draw_progress(self, mark: GroupMark, *, several: bool) -> None:
        record = simulation_of(self.workspace)
        drawn = 0 if record is None else record.devices - self.workspace.deletions.count()
        width = ROOMY if self.size.width >= WIDE else NARROW
        failing = None
        if self._figures.waits[WaitsFor.ERROR] >= FEWEST and self.console.fleet.has_records:
            failing = failing_renewals(self.console.fleet.devices(), mark.name)
        lines = progress_lines(self.app, self._figures, mark, width - 2, drawn, failing)
        tall = self.size.height >= TALL
        if (campaign := campaign_summary(self.workspace)) is not None:
            lines.append(progress_campaign_line(self.app, campaign, width - 2))
        lines += turnover_lines(self.app, self.console, self._figures, tall=tall)
        if tall:
            pushes = self.workspace.site.get().pushes_a_minute
            lines += load_lines(self.app, peak_load(self.workspace), pushes)
            lines += [Text(), progress_legend(self.app, mark)]
        self.query_one("#crossing-lines", Static).update(Text("\n").join(lines))
        title = f"Crossing over to {mark.name}" if several else "Enrollment"
        self.query_one("#crossing-title", Static).update(title)

    def _show_events(self) -> None:
        self.query_one(EventLogView).take()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._throttle.now)

    # Actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        possible = {"fleet": self._can_draw} | dict.fromkeys(("campaign", "outage", "moments"), self._has_fleet)
        return possible.get(action, True)

    def action_run(self) -> None:
        moving = self.simulation.standing.running is not SimulatedBy.NOBODY
        self._do(self.simulation.pause if moving else self.simulation.start)

    def action_step(self, span: str) -> None:
        self._do(lambda: self.simulation.step(span))

    def action_speed(self, by: int) -> None:
        self._do(lambda: self.simulation.change_speed(by))

    def action_fleet(self) -> None:
        self.app.push_screen(FleetDialog(), self._drawing)

    def action_campaign(self) -> None:
        runs = open_campaign(self.workspace) is not None
        self.app.push_screen(CampaignDialog() if runs else StartCampaignDialog(), self._campaigned)

    def _campaigned(self, told: str | None) -> None:
        if told is not None:
            self._throttle.now()

    def action_outage(self) -> None:
        self.console.ask(OutageDialog(), lambda _: self._state_throttle.now())

    def action_moments(self) -> None:
        self.console.ask(MomentDialog(), lambda _: self._throttle.now())

    def _drawing(self, done: bool | None) -> None:
        self.console.refresh_simulation()

    def action_other(self) -> None:
        self.console.action_page("forecast")

    def action_back(self) -> None:
        self.simulation.trouble = None
        self._state_throttle.now()

    def _do(self, what: Callable[[], object]) -> None:
        self.do(what, lambda _: self.console.refresh_simulation(), self._refused)

    def _refused(self, refusal: Refusal) -> None:
        self.simulation.trouble = refusal
        self.console.refresh_simulation()
