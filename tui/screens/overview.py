"""The first screen: what needs somebody, what expires in the next 90 days, the fleet, what was changed."""

from __future__ import annotations

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from ...store.model.certificate import Status
from ...store.persistence.database import Changes
from ..calm import Calm
from ..fleet_figures import FleetFigures, count_fleet
from ..looks import STATUS_INKS, Ink
from ..register import Row
from ..widgets.column import fit
from ..widgets.fleet_block import FleetBlock
from ..widgets.group_marks import group_marks
from ..widgets.inks import ink_style, inked
from ..widgets.record_table import RecordTable
from ..widgets.timeline import DAYS, Timeline
from ..wording import SYMBOLS, clean, minute, plural
from .certificate_columns import URGENT
from .page import Page

_ORDER = (Status.EXPIRED, Status.CRITICAL, Status.EXPIRING, Status.NOT_YET_VALID, Status.VALID, Status.REPLACED)


class OverviewPage(Page):
    """Enter on a line goes to the certificate. The fleet is shown where there is one."""

    page = "overview"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]  # noqa: RUF012 - as Textual declares it

    def compose_page(self) -> ComposeResult:
        with Vertical(id="overview"):
            with Vertical(id="next"):
                yield Static("Next to do", classes="title", id="next-title")
                yield RecordTable[Row](
                    URGENT,
                    marks=False,
                    empty=f"Nothing expires in the next {DAYS} days.",
                    id="urgent",
                )
            with Vertical(id="expiry"):
                yield Static(f"Expires in the next {DAYS} days", classes="title", id="timeline-title")
                yield Timeline(id="timeline")
            with Vertical(id="fleet"):
                yield Static("", classes="title", id="fleet-title")
                yield Static("", id="fleet-lines")
            with Horizontal(id="below"):
                with Vertical(id="standing"):
                    yield Static("By status", classes="title")
                    yield Static("", id="counts")
                with Vertical(id="changes"):
                    yield Static("Latest changes", classes="title")
                    yield Static("", id="latest")

    def __init__(self) -> None:
        super().__init__()
        self._calmly = Calm(self, self._show)
        self._fleet_calmly = Calm(self, self._show_fleet)
        self._figures = FleetFigures()

    def show_state(self, changes: Changes | None) -> None:
        if changes is None or changes.touches("audit"):
            self._calmly.now()
        else:
            self._calmly()
        if changes is None or changes.touches("devices", "authority_groups", "notices"):
            self._fleet_calmly()

    def _show(self) -> None:
        register = self.console.register
        urgent = register.urgent(DAYS)
        self.query_one("#urgent", RecordTable).set_rows(urgent)
        self.query_one("#next-title", Static).update(self._headline(urgent))
        self.query_one(Timeline).show(urgent, self.workspace.now())
        self.query_one("#counts", Static).update(self._counts())
        self._show_latest()

    def _show_fleet(self) -> None:
        self._figures = count_fleet(self.console)
        self.set_class(self._figures.total > 0, "-fleet")
        self._draw_fleet()

    def _draw_fleet(self) -> None:
        if not self._figures.total:
            return
        marks = group_marks(group.name for group in self.workspace.authorities.groups())
        block = FleetBlock(self.app, self._figures, marks, self.size.width - 2, tall=self.has_class("-tall"))
        self.query_one("#fleet-title", Static).update(block.title())
        self.query_one("#fleet-lines", Static).update(block.lines(self._turned_away(), self.workspace.notices.list(3)))

    def _turned_away(self) -> list[str]:
        devices = (self.workspace.devices.records.find_id(id) for id in self._figures.turned_away)
        return [clean(device.name) for device in devices if device is not None]

    def _headline(self, urgent: list[Row]) -> Text:
        title = inked(self.app, ("Next to do", Ink.STRONG))
        if not self.console.register.rows:
            return title.append("   2 then i imports the first certificate", ink_style(self.app, Ink.DIM))
        rest = f"   {plural(len(urgent), 'certificate')} expired or expiring within {DAYS} days"
        return title.append(rest, ink_style(self.app, Ink.DIM))

    def _counts(self) -> Text:
        counts = self.console.register.counts()
        text = Text()
        for status in _ORDER:
            ink = ink_style(self.app, STATUS_INKS[status])
            count = counts.get(status, 0)
            text.append("\n" if text else "")
            text.append(f"{SYMBOLS[status]} {fit(status, 14)}", ink if count else ink_style(self.app, Ink.DIM))
            text.append(fit(f"{count:,}", 6, right=True), "" if count else ink_style(self.app, Ink.DIM))
        return text

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._show_latest)
        self.call_after_refresh(self._draw_fleet)

    def _show_latest(self) -> None:
        latest = self.query_one("#latest", Static)
        width, height = latest.container_size
        dim = ink_style(self.app, Ink.DIM)
        text = Text(no_wrap=True, overflow="ellipsis")
        lines = self.workspace.audit.tail(max(1, min(30, height)))
        user_width = min(12, max((len(line.user) for line in lines), default=0))
        for line in lines:
            text.append("\n" if text else "")
            when = f"{minute(line.at)[5:]}  {fit(clean(line.user), user_width)}  "
            text.append(when, dim).append(fit(clean(line.summary), max(10, width - len(when) - 1)).rstrip())
        latest.update(text)

    @on(RecordTable.Opened, "#urgent")
    def _opened(self, event: RecordTable.Opened) -> None:
        self.console.open_certificate(event.record.id)
