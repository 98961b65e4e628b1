"""The first screen: what stops next and how to prevent it, the next 90 days, the fleet, and other things to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ...store.checklist.row_counts import missing_needs
from ...store.inventory.status import days_until, status_until
from ...store.model.expiry import ExpiryUse
from ...store.model.notice import Notice, Urgency
from ...store.outlook.device_ends import DeviceEnd, device_ends
from ...store.outlook.stops import NextStop
from ...store.persistence.database import Changes
from ...store.printable import printable
from ...store.words import day, plural
from ..components.group_marks import group_marks
from ..components.still_static import StillStatic
from ..components.text_styles import Tone, style_of, styled
from ..devices.fleet_figures import FleetFigures, count_fleet, figures_of
from ..lists.list_table import ListTable
from ..shell.background_search import BackgroundSearch
from ..shell.keys.keys import bound
from ..shell.page import Page
from ..shell.repaint_throttle import RepaintThrottle
from .facts import OverviewFacts
from .fleet_block import FleetBlock
from .linked_lines import Line, LinePart, LinkedLines
from .links import Links
from .stop_table import FIRST_STEPS, StopLine, StopTable, Surroundings, columns, says, stop_lines
from .timeline import DAYS, STOPS, Coming, Timeline

if TYPE_CHECKING:
    from .prevention_actions import PreventionActions

_LATEST = 30  # changes, notices
_SPAN = timedelta(days=DAYS)


class OverviewPage(Page):
    """Every line can be opened, and Esc comes back to it. ``replace`` prevents the stop under the cursor."""

    page = "overview"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("replace", "prevent", "Prevent it", tooltip="Prevent what stops"),
        bound("import", "import_first", "Import", show=False, tooltip="Import a certificate"),
        bound("start-by", "start_by", "Start by", show=False, tooltip="The last days to start, and change freezes"),
    ]

    def compose_page(self) -> ComposeResult:
        with Vertical(id="overview"):
            with Vertical(id="next"):
                yield StillStatic("What stops next", classes="title", id="next-title")
                yield StopTable(columns(), empty="Nothing.", id="stops")
            yield StillStatic("", id="stop-says", markup=False)
            with Vertical(id="expiry"):
                yield StillStatic(f"Expires in the next {DAYS} days", classes="title", id="timeline-title")
                yield Timeline(id="timeline")
            yield LinkedLines(id="facts")

    def __init__(self) -> None:
        super().__init__()
        self._throttle = RepaintThrottle(self, self._show)
        self._fleet_throttle = RepaintThrottle(self, self._show_fleet)
        self._figures = FleetFigures()
        self._stops: Sequence[NextStop] = ()
        self._ends: Sequence[DeviceEnd] | None = None  # of a large fleet; None until they are counted
        self._counting = BackgroundSearch(self, self._count_large, self._large_counted)
        self._ids: dict[object, int] = {}

    @property
    def table(self) -> StopTable:
        """The list of what stops next."""
        return self.query_one("#stops", StopTable)

    def show_state(self, changes: Changes | None) -> None:
        if changes is None or changes.touches("audit"):
            self._throttle.now()
        else:
            self._throttle()
        if changes is None or changes.touches("devices", "authority_groups", "notices"):
            self._fleet_throttle()

    def follow_simulation(self) -> None:
        super().follow_simulation()
        self._show_facts()

    # What stops

    def _show(self) -> None:
        now, devices = self.workspace.now(), self.console.fleet.platforms()
        ends = None if self.console.fleet.is_small else self._ends or ()
        self._stops = self.workspace.impact.next_stops(now + _SPAN, devices=devices, ends=ends)
        if self._stops or self.console.certificates.rows or self.console.fleet.rows:
            known = Surroundings(self.console.certificates.rows, devices, now, self.workspace.expiry())
            lines = stop_lines(self._stops, known, self._ids)
        else:
            lines = [*FIRST_STEPS]
        self.table.empty = f"Nothing stops before {day(now + _SPAN)}, as far as is known here."
        self.table.set_rows(lines)
        self.query_one("#next-title", Static).update(self._headline())
        self._show_says()
        coming = self._coming()
        self.query_one(Timeline).show(self.console.certificates.urgent(DAYS), now, coming, self._of_devices())
        self.query_one("#timeline-title", Static).update(self._timeline_title(coming))
        self._show_facts()

    def _headline(self) -> Text:
        title = styled(self.app, ("What stops next", Tone.STRONG), "   ")
        if self.table.record in FIRST_STEPS:
            return title.append("nothing is here yet: four ways to begin", style_of(self.app, Tone.DIM))
        stopped = sum(one.lasts for one in self._stops)
        until = day(self.workspace.now() + _SPAN)
        coming = len(self._stops) - stopped
        told = f"{stopped:,} now, {coming:,} until {until}" if self._stops else f"nothing until {until}"
        title.append(told, style_of(self.app, Tone.DIM))
        if self._ends is None and not self.console.fleet.is_small:
            title.append(", reading devices …", style_of(self.app, Tone.PENDING))
        title.truncate(max(1, self.size.width - 2), overflow="ellipsis")
        return title

    @on(ListTable.Highlighted, "#stops")
    def _show_says(self) -> None:
        self.query_one("#stop-says", Static).update(says(self.app, self.table.record))

    def _coming(self) -> list[Coming]:
        """The expiries that stop something, for the timeline."""
        now = self.workspace.now()
        lines = {line.id: line for line in self.table.rows}
        found = []
        for one in self._stops:
            if one.stop is not None and not one.lasts and one.at is not None:
                line = lines[self._ids[one.cause]]
                name = line.cause.removeprefix(f"#{one.stop.certificate_id} ")
                found.append(Coming(days_until(one.at, now), name, line.status, one.stop.certificate_id))
        return found

    def _of_devices(self) -> list[Coming]:
        """The device CAs that end without anything stopping by that, and the device certificates that nobody renews,
        for the timeline."""
        now = self.workspace.now()
        lines = {line.id: line for line in self.table.rows}
        return [
            *self._device_cas(),
            *(
                Coming(
                    days_until(one.at, now),
                    plural(one.prevention.devices, "device certificate"),
                    lines[self._ids[one.cause]].status,
                )
                for one in self._stops
                if one.ends and one.at is not None and one.at >= now
            ),
        ]

    def _device_cas(self) -> list[Coming]:
        now, landscape, rule = self.workspace.now(), self.workspace.impact.landscape(), self.workspace.expiry()
        names = {group.id: printable(group.name) for group in landscape.groups}
        stops = {one.at for one in self._stops}
        return [
            Coming(
                days_until(one.not_after, now),
                f"device CA of {names.get(one.group_id, '')}".rstrip(),
                status_until(one.not_after, now, rule[ExpiryUse.CA]),
            )
            for one in landscape.device_cas
            if now <= one.not_after <= now + _SPAN and one.not_after not in stops
        ]

    def _timeline_title(self, coming: Sequence[Coming]) -> Text:
        title = styled(self.app, (f"Expires in the next {DAYS} days", Tone.STRONG))
        title.append(f"   {STOPS} something stops" if coming else "", style_of(self.app, Tone.DIM))
        title.truncate(max(1, self.size.width - 2), overflow="ellipsis")
        return title

    @on(ListTable.Opened, "#stops")
    def _opened(self, event: ListTable.Opened) -> None:
        line: StopLine = event.record
        if line.stop is None:
            self._prevention().begin(line.way)
        else:
            self.links.stop(line.stop)

    @property
    def links(self) -> Links:
        """The targets of its links."""
        return Links(self.console)

    def _prevention(self) -> PreventionActions:
        from .prevention_actions import PreventionActions

        return PreventionActions(self.console, self.links)

    def action_prevent(self) -> None:
        if (line := self.table.record) is None:
            self.console.note("Nothing stops.")
        elif line.stop is None:
            self._prevention().begin(line.way)
        else:
            self._prevention().take_step(line.stop.prevention)

    def action_import_first(self) -> None:
        self._prevention().begin("import")

    def action_start_by(self) -> None:
        from ..start_by.dialog import StartByDialog

        self.app.push_screen(StartByDialog())

    # The rest

    def _show_fleet(self) -> None:
        if self.console.fleet.is_small:
            self._counted(count_fleet(self.console))
        else:
            self._counting()

    def _count_large(self) -> Callable[[], tuple[FleetFigures, Sequence[DeviceEnd] | None]]:
        fleet = self.console.fleet
        facts, devices, loaded = [row.device for row in fleet.rows.values()], fleet.devices(), fleet.loaded
        return lambda: (figures_of(facts), device_ends(devices) if loaded else None)

    def _large_counted(self, found: tuple[FleetFigures, Sequence[DeviceEnd] | None]) -> None:
        figures, self._ends = found
        self._throttle()
        self._counted(figures)

    def _counted(self, figures: FleetFigures) -> None:
        self._figures = figures
        self.set_class(self._figures.total > 0, "-fleet")
        self._show_facts()

    def _show_facts(self) -> None:
        tall, facts = self.has_class("-tall"), OverviewFacts(self.app, self.console, self.links)
        tasks = self.workspace.tasks.list(done=False)
        gap: list[Line] = [[LinePart(Text())]] if tall else []
        lines = [*facts.start_by(), *facts.plans(), *facts.follow_ups(tasks, self._missing())]
        if self._figures.total:
            marks = group_marks(group.name for group in self.workspace.authorities.groups())
            devices = [self.workspace.devices.records.find_id(id) for id in self._figures.turned_away]
            block = FleetBlock(self.app, self.links, self._figures, marks, tall=tall)
            lines += block.lines([device for device in devices if device is not None]) + gap
        lines += [
            *facts.statuses(wide=self.has_class("-wide")),
            facts.simulator(),
            *facts.notices(self._newest_notices(3 if tall else 1)),
        ]
        lines += gap + facts.changes(self.workspace.audit.tail(_LATEST))
        self.query_one(LinkedLines).show(lines)

    def _newest_notices(self, count: int) -> Sequence[Notice]:
        """By their times, as a simulated stretch gives its notices when it ends; of the same time the most urgent."""

        def rank(one: Notice) -> tuple[datetime, int, int]:
            return one.at, list(Urgency).index(one.urgency), one.id

        return sorted(self.workspace.notices.list(_LATEST), key=rank, reverse=True)[:count]

    def _missing(self) -> int:
        """The number of needs without a certificate, as the checklist counts them."""
        return missing_needs(self.workspace.impact.landscape(), self.workspace.now())

    @on(StopTable.Below)
    def _below(self) -> None:
        self.query_one(LinkedLines).focus()

    @on(LinkedLines.Above)
    def _above(self) -> None:
        self.table.focus()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._throttle.now)
