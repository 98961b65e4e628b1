"""Forecasts: what stops if time goes on, by plans side by side, with the fleet of each over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from ...store.errors import Refusal
from ...store.kept_forecasts.comparing import ForecastComparison
from ...store.model.forecast import Forecast, ForecastDay
from ...store.model.kept_forecast import KeptForecast
from ...store.persistence.database import Changes
from ...store.printable import printable
from ...store.views.forecasts.forecast import (
    assumption_lines,
    best_of,
    by_cause,
    event_style,
    event_text,
    headline,
    number,
    platforms_of,
    shown_figures,
    stranded_lines,
)
from ...store.views.forecasts.kept_forecast import comparison_lines, kept_text
from ...store.words import minute, plural
from ..components.fitted_text import fit
from ..components.group_marks import GroupMark, group_marks
from ..components.stacked_plot import Point, StackedPlot, legend
from ..components.text_styles import TONES, Tone, styled
from ..dialogs.refusal_panel import RefusalPanel
from ..plans.plans_dialog import PlansDialog
from ..shell.keys.keys import bound, keyed
from ..shell.page import Page
from ..start_by.dialog import StartByDialog
from .dialog import ForecastDialog
from .drop_dialog import DropForecastDialog
from .process import ForecastProcess, ForecastResult

OFTEN = 0.5  # seconds between two looks at the process
OLD = timedelta(days=1)  # from when on it is said when a forecast was made
TALL = 32
SERVICE, STRANDED = "in service", "stranded"
_FLEET = {
    STRANDED: GroupMark(STRANDED, "░", Tone.EXPIRED),
    SERVICE: GroupMark(SERVICE, "█", Tone.VALID),
}
_LONGEST_NAME = 16
_MOST_KEPT, _LINES_KEPT = 5, 4
_KEPT_TABLES = ("kept_forecasts", "device_imports")
Review = tuple[KeptForecast, Sequence[ForecastComparison]]


class ForecastPage(Page):
    """The second tab of Simulator. A process of its own does the work; the page shows its latest result."""

    page = "simulator"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (TALL, "-tall")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("other-tab", "other", "Simulator", tooltip="The clock and the fleet"),
        bound("new", "forecast", "Look ahead", tooltip="Choose how far, and plans"),
        bound("left", "plan(-1)", "Plan before", show=False),
        bound("right", "plan(1)", "Next plan"),
        bound("next-tab", "groups", "CA groups", tooltip="Plot the CA groups, or who is in service"),
        bound("to-do", "plans", "Plans", tooltip="Plans that were begun, and plan files"),
        bound("start-by", "start_by", "Start by", tooltip="The last days to start, and change freezes"),
        bound("keep", "keep", "Keep", tooltip="Keep what this plan says, to see later what came of it"),
        bound("delete", "drop", "Drop", tooltip="Drop a kept forecast"),
        bound("delete", "stop", "Stop"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._days = 90
        self._plans: tuple[Path, ...] = ()
        self._process: ForecastProcess | None = None
        self._result: ForecastResult | None = None
        self._chosen = 0
        self._kept: list[Review] = []
        self._by_group = False

    def compose_page(self) -> ComposeResult:
        with Vertical(id="forecast"):
            yield Static("", id="forecast-head", markup=False)
            yield RefusalPanel(id="forecast-trouble")
            yield Static("", id="forecast-legend", markup=False)
            yield StackedPlot(id="forecast-plot")
            with VerticalScroll(id="forecast-scroll"):
                yield Static("", id="forecast-text", markup=False)

    def on_mount(self) -> None:
        self._show()
        self.show_state(None)
        self.set_interval(OFTEN, self._look)

    def on_unmount(self) -> None:
        if self._process is not None:
            self._process.end()

    def show_state(self, changes: Changes | None) -> None:
        """A forecast is of the moment at which it was made. What came of kept ones is read again when the page is
        opened, and after imports: that goes through all devices."""
        if changes is None or changes.touches(*_KEPT_TABLES):
            self.do(self._reviews, self._know, self.query_one(RefusalPanel).show)
        elif self._result is not None:
            self._show_head()

    def _reviews(self) -> list[Review]:
        kept = self.workspace.kept_forecasts
        return [kept.review(one.name) for one in kept.list()[-_MOST_KEPT:]]

    def _know(self, reviews: list[Review]) -> None:
        self._kept = reviews
        self._show()

    # The process

    def _look(self) -> None:
        if self._process is None:
            return
        if self._process.ended:
            process, self._process = self._process, None
            try:
                self._result, self._chosen = process.result(), 0
            except Refusal as refusal:
                self.query_one(RefusalPanel).show(refusal)
            self._show()
        else:
            self._show_head()

    def _began(self, process: ForecastProcess) -> None:
        self.query_one(RefusalPanel).clear()
        if self._process is not None:
            self._process.end()
        self._process = process
        self._days, self._plans = process.days, process.plans
        self._show_head()

    # Contents

    def _show_head(self) -> None:
        self.refresh_bindings()
        app, process, result = self.app, self._process, self._result
        text = styled(app, ("Simulator", Tone.DIM), "   ")
        title = styled(app, ("Forecast", Tone.STRONG))
        title.stylize("underline")
        text.append_text(title).append_text(
            styled(
                app, "   ", ("press ", Tone.DIM), (keyed("{other-tab}"), Tone.ACCENT), (" for the other tab", Tone.DIM)
            )
        )
        text.append("\n")
        if process is not None:
            said = f"looking {plural(process.days, 'day')} ahead: {process.seconds} s so far"
            text.append_text(styled(app, (said, Tone.PENDING), (keyed("; {delete} stops it"), Tone.DIM)))
        elif result is None:
            said = keyed("{new} runs a copy of the workspace ahead and says what stops, for whom, and who is stranded")
            text.append_text(styled(app, (said, Tone.DIM)))
        else:
            names = [_title(one) for one in result.plans]
            began = result.plans[0].started_at
            if self.workspace.now() - began >= OLD:
                said = f"of {minute(began)} UTC; {keyed('{new}')} looks ahead from now "
                text.append_text(styled(app, (said, Tone.PENDING)))
            for place, name in enumerate(names):
                here = place == self._chosen
                text.append_text(styled(app, (f" {name} ", Tone.STRONG if here else Tone.DIM)))
        text.no_wrap = True
        self.query_one("#forecast-head", Static).update(text)

    def _show(self) -> None:
        self._show_head()
        there = self._result is not None
        for part in ("#forecast-legend", "#forecast-plot"):
            self.query_one(part).display = there
        self.query_one("#forecast-scroll").display = there or bool(self._kept)
        lines: list[Text] = []
        if self._result is not None:
            self._draw(self._result.plans[self._chosen])
            lines += [*self._lines(self._result), *([Text()] if self._kept else [])]
        self.query_one("#forecast-text", Static).update(Text("\n").join([*lines, *self._kept_lines()]))

    def _draw(self, forecast: Forecast) -> None:
        groups = sorted({group for day in forecast.days for group in day.groups})
        marks = group_marks(groups) if self._by_group else _FLEET
        points = [Point(day.at, day.groups if self._by_group else _service(day)) for day in forecast.days]
        self.query_one(StackedPlot).show(points, marks)
        title = "Devices by CA group  " if self._by_group else "Devices  "
        text = styled(self.app, (title, Tone.STRONG)).append_text(legend(self.app, marks, points[-1].groups))
        text.append_text(styled(self.app, (f"on {minute(forecast.until)}", Tone.DIM)))
        text.no_wrap, text.overflow = True, "ellipsis"
        self.query_one("#forecast-legend", Static).update(text)

    def _lines(self, result: ForecastResult) -> Iterator[Text]:
        app, chosen = self.app, result.plans[self._chosen]
        if len(result.plans) > 1:
            yield from self._comparison(result)
            yield Text()
        yield styled(app, (printable(f"{chosen.name}: {headline(chosen)}"), Tone.STRONG))
        for line in stranded_lines(chosen):
            yield styled(app, ("stranded  ", Tone.DIM), printable(line))
        for step in chosen.refused:
            said = printable(f"{minute(step.at)}  {step.action} (line {step.line}) is refused: {step.message}")
            yield styled(app, (said, Tone.EXPIRED))
        for events in by_cause(chosen.events):
            for one in events:
                said = f"{event_text(one)}, {platforms_of(one)}, {plural(one.devices, 'device')}"
                yield styled(app, f"{minute(one.at)}  ", (said, TONES.get(event_style(one), Tone.STRONG)))
            if not events[0].recovers:
                said = printable(f"  {events[0].cause}; prevent it: {events[0].prevent_by}")
                yield styled(app, (said, Tone.DIM))
        for line in assumption_lines(chosen):
            yield styled(app, (f"rests on {line}", Tone.DIM))

    def _comparison(self, result: ForecastResult) -> Iterator[Text]:
        app, figures = self.app, shown_figures(result.plans)
        names = [_title(one) for one in result.plans]
        width = min(_LONGEST_NAME, max(8, *map(len, names)))
        room = self.size.width - 6 - len(names) * (width + 2)
        first = min(room, max((len(figure.words) for figure in figures), default=0))
        head = Text(" " * first)
        for place, name in enumerate(names):
            tone = Tone.STRONG if place == self._chosen else Tone.DIM
            head.append_text(styled(app, (f"  {fit(name, width, right=True)}", tone)))
        yield head
        for figure in figures:
            values = [figure.of(one) for one in result.plans]
            line = styled(app, fit(figure.words, first))
            for value, best in zip(values, best_of(figure, values), strict=True):
                line.append_text(styled(app, (f"  {number(value):>{width}}", Tone.STRONG if best else Tone.DIM)))
            yield line
        yield Text()
        for sentence in result.comparison:
            yield Text(printable(sentence))

    def _kept_lines(self) -> Iterator[Text]:
        app = self.app
        for kept, compared in reversed(self._kept):
            said = printable(f"Kept as {kept.name}: {kept_text(kept)}")
            yield styled(app, (said, Tone.STRONG))
            for line in list(comparison_lines(kept, compared))[-_LINES_KEPT:]:
                yield Text(printable(f"  {line}"))

    # Actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "plan":
            return self._result is not None and len(self._result.plans) > 1
        if action in ("groups", "keep"):
            return self._result is not None
        if action == "drop":
            return bool(self._kept) and self._process is None  # while one is made, the key stops that
        return self._process is not None if action == "stop" else True

    def action_other(self) -> None:
        self.console.action_page("simulator")

    def action_forecast(self) -> None:
        self.console.ask(ForecastDialog(self._days, self._plans), self._began)

    def action_plans(self) -> None:
        self.app.push_screen(PlansDialog())

    def action_start_by(self) -> None:
        self.app.push_screen(StartByDialog())

    def action_plan(self, by: int) -> None:
        if self._result is not None:
            self._chosen = (self._chosen + by) % len(self._result.plans)
            self._show()

    def action_groups(self) -> None:
        self._by_group = not self._by_group
        self._show()

    def action_keep(self) -> None:
        if self._result is not None:
            chosen = self._result.plans[self._chosen]
            kept = self.workspace.kept_forecasts
            self.do(lambda: kept.keep(chosen), lambda _: self.show_state(None), self.query_one(RefusalPanel).show)

    def action_drop(self) -> None:
        kept = self.workspace.kept_forecasts.list()
        if kept:
            self.console.ask(DropForecastDialog(kept), lambda _: self.show_state(None))

    def action_stop(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None
            self._show_head()


def _service(day: ForecastDay) -> dict[str, int]:
    return {SERVICE: day.in_service, STRANDED: day.stranded}


def _title(forecast: Forecast) -> str:
    return printable(forecast.name)
