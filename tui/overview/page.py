"""The first screen: what is stopped, what needs somebody, what expires and stops in the next 90 days, the fleet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from ...store.impact.consequences import Reason
from ...store.inventory.status import days_until, status_until
from ...store.model.certificate import Status
from ...store.model.expiry import ExpiryUse
from ...store.persistence.database import Changes
from ...store.printable import printable
from ...store.views.certificate import STATUS_SYMBOLS
from ...store.words import minute, plural
from ..certificates.certificate_rows import CertificateRow
from ..certificates.columns import urgent_columns
from ..components.columns import fit
from ..components.group_marks import group_marks
from ..components.impact_wording import briefly, by_cause, felt, stopping
from ..components.list_table import ListTable
from ..components.text_styles import STATUS_TONES, Tone, style_of, styled
from ..components.timeline import DAYS, STOPS, Coming, Timeline
from ..devices.fleet_figures import FleetFigures, count_fleet
from ..shell.page import Page
from ..shell.repaint_throttle import RepaintThrottle
from .alerts import stopped_lines, task_line
from .fleet_block import FleetBlock

_ORDER = (Status.EXPIRED, Status.CRITICAL, Status.EXPIRING, Status.NOT_YET_VALID, Status.VALID, Status.REPLACED)


class OverviewPage(Page):
    """Enter on a line goes to the certificate. The fleet is shown where there is one."""

    page = "overview"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]  # noqa: RUF012 - as Textual declares it

    def compose_page(self) -> ComposeResult:
        with Vertical(id="overview"):
            yield Static("", id="alerts")
            with Vertical(id="next"):
                yield Static("Next to do", classes="title", id="next-title")
                yield ListTable[CertificateRow](
                    urgent_columns(self._stops_with),
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
        self._throttle = RepaintThrottle(self, self._show)
        self._fleet_throttle = RepaintThrottle(self, self._show_fleet)
        self._figures = FleetFigures()
        self._consequences: dict[int, str] = {}  # what stops with each certificate that was asked for

    def show_state(self, changes: Changes | None) -> None:
        if changes is None or changes.touches("audit"):
            self._throttle.now()
        else:
            self._throttle()
        if changes is None or changes.touches("devices", "authority_groups", "notices"):
            self._fleet_throttle()

    def _show(self) -> None:
        urgent = self.console.certificates.urgent(DAYS)
        table = self.query_one("#urgent", ListTable)
        self._consequences.clear()
        table.set_rows(urgent)
        table.repaint()
        self.query_one("#next-title", Static).update(self._headline(urgent))
        coming = self._coming()
        self.query_one(Timeline).show(urgent, self.workspace.now(), coming)
        self.query_one("#timeline-title", Static).update(self._timeline_title(coming))
        self.query_one("#counts", Static).update(self._counts())
        self._show_alerts()
        self.call_after_refresh(self._show_latest)  # which fills the room that the lines above leave

    # What stops

    def _show_alerts(self) -> None:
        width, now = self.size.width - 2, self.workspace.now()
        tall, devices = self.has_class("-tall"), self.console.fleet.platforms()
        stops = by_cause(felt(self.workspace.impact.consequences(now), devices))
        names = self.console.certificates.names(stop.certificate_id for stop in stops)
        lines = stopped_lines(self.app, stops, names, devices, now, width=width, most=4 if tall else 2)
        if (tasks := task_line(self.app, self.workspace.tasks.list(done=False), width)) is not None:
            lines.append(tasks)
        alerts = self.query_one("#alerts", Static)
        alerts.display = bool(lines)
        alerts.update(Text("\n", no_wrap=True).join(lines))
        # At 80x24 the latest changes go first.
        self.set_class(not tall and len(lines) > 2, "-crowded")

    def _coming(self) -> list[Coming]:
        now, devices = self.workspace.now(), self.console.fleet.platforms()
        rules, rows = self.workspace.expiry(), self.console.certificates.rows
        found = []
        for event in self.workspace.impact.upcoming(now + timedelta(days=DAYS)):
            for stop in by_cause(event.began):
                first = stop.consequences[0]
                at = stop.since or event.at
                names = self.console.certificates.names([stop.certificate_id])
                name = names.get(stop.certificate_id or 0, printable(first.name))
                days, text = days_until(at, now), stopping(stop.consequences, devices)
                row = rows.get(stop.certificate_id or 0)
                status = status_until(at, now, rules[ExpiryUse.CA]) if row is None else row.status
                found.append(Coming(days, text, name, status, stop.certificate_id))
        return found

    def _timeline_title(self, coming: Sequence[Coming]) -> Text:
        if coming and self.has_class("-short") and self.has_class("-fleet"):
            # The one line below the marks is for the names.
            title = styled(self.app, (f"Next {DAYS} days", Tone.STRONG), "   ")
            title.append(f"{STOPS} {coming[0].sentence}", style_of(self.app, STATUS_TONES[coming[0].status]))
        else:
            title = styled(self.app, (f"Expires in the next {DAYS} days", Tone.STRONG))
            title.append(f"   {STOPS} something stops" if coming else "", style_of(self.app, Tone.DIM))
        return self._cut(title)

    def _stops_with(self, row: CertificateRow) -> str:
        """What stops with a certificate, and for how many devices."""
        if row.id not in self._consequences:
            found = self.workspace.impact.dependences(row.id)
            self._consequences[row.id] = briefly(found, self.console.fleet.platforms())
        return self._consequences[row.id]

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
        return [printable(device.name) for device in devices if device is not None]

    def _headline(self, urgent: list[CertificateRow]) -> Text:
        title = styled(self.app, ("Next to do", Tone.STRONG))
        if not self.console.certificates.rows:
            return title.append("   2 then i imports the first certificate", style_of(self.app, Tone.DIM))
        rest = f"   {plural(len(urgent), 'certificate')} expired or expiring within {DAYS} days"
        missing = self._missing()
        if missing:
            rest += f"; {missing:,} missing (6)"
        return self._cut(title.append(rest, style_of(self.app, Tone.DIM)))

    def _cut(self, line: Text) -> Text:
        line.truncate(max(1, self.size.width - 2), overflow="ellipsis")
        return line

    def _missing(self) -> int:
        """How many needs of the checklist have nothing bound that should."""
        found = self.workspace.impact.consequences()
        return len({(one.need, one.component_id) for one in found if one.reason is Reason.MISSING})

    def _counts(self) -> Text:
        counts = self.console.certificates.counts()
        text = Text()
        for status in _ORDER:
            tone = style_of(self.app, STATUS_TONES[status])
            count = counts.get(status, 0)
            text.append("\n" if text else "")
            text.append(f"{STATUS_SYMBOLS[status]} {fit(status, 14)}", tone if count else style_of(self.app, Tone.DIM))
            text.append(fit(f"{count:,}", 6, right=True), "" if count else style_of(self.app, Tone.DIM))
        return text

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._throttle.now)
        self.call_after_refresh(self._draw_fleet)

    def _show_latest(self) -> None:
        latest = self.query_one("#latest", Static)
        width, height = latest.container_size
        dim = style_of(self.app, Tone.DIM)
        text = Text(no_wrap=True, overflow="ellipsis")
        lines = self.workspace.audit.tail(max(1, min(30, height)))
        user_width = min(12, max((len(line.user) for line in lines), default=0))
        for line in lines:
            text.append("\n" if text else "")
            when = f"{minute(line.at)[5:]}  {fit(printable(line.user), user_width)}  "
            text.append(when, dim).append(fit(printable(line.summary), max(10, width - len(when) - 1)).rstrip())
        latest.update(text)

    @on(ListTable.Opened, "#urgent")
    def _opened(self, event: ListTable.Opened) -> None:
        self.console.open_certificate(event.record.id)
