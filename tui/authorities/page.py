"""The CA groups: which one issues, how many devices hold certificates of each, and the refresh."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from ...store.model.expiry import ExpiryUse
from ...store.persistence.database import Changes
from ...store.printable import printable
from ..components.group_marks import group_marks
from ..components.still_static import StillStatic
from ..components.text_styles import styled
from ..devices.fleet_figures import FleetFigures, count_fleet
from ..dialogs.owner_dialog import OwnerDialog
from ..lists.details_pane import DetailsPane
from ..lists.fixed_table import FixedTable
from ..lists.list_page import BESIDE
from ..lists.list_table import ListTable
from ..lists.list_tools import ListTools
from ..shell.keys.keys import bound, keyed
from ..shell.repaint_throttle import RepaintThrottle
from .details import details_of
from .details_dialog import details_dialog
from .export_dialog import export_dialog
from .questions import ActivationQuestion, GroupDeletionQuestion
from .refresh_dialog import RefreshDialog
from .ssl_listener_dialog import ListenerDialog
from .table import COLUMNS, AuthorityLine, headline, line_id, lines_of, owned


class AuthoritiesPage(ListTools[AuthorityLine]):
    """A tree of groups and CAs, the newest group last, and the details of the line under the cursor."""

    page = "authorities"
    details_area = "#authority-details"
    HORIZONTAL_BREAKPOINTS = BESIDE
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("new", "refresh", "New group", tooltip="Request a new CA group"),
        bound("activate", "activate", "Activate", tooltip="Make it the group that issues"),
        bound("delete", "delete", "Delete", tooltip="Delete a CA group", show=False),
        bound("follow", "devices", "Its devices", tooltip="Devices of the group"),
        bound("export", "export", "Export", tooltip="Export certificate, CRL"),
        bound("owner", "owner", "Owner", tooltip="Who answers for the group"),
        bound("listener", "listener", "Listener", tooltip="SSL listener certificate"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._figures = FleetFigures()
        self._throttle = RepaintThrottle(self, self._show)

    def compose_page(self) -> ComposeResult:
        yield StillStatic("", id="authorities-headline")
        with Horizontal(id="authorities"):
            empty = keyed("No CA group yet. {new} makes the first one.")
            yield self.as_remembered(FixedTable(COLUMNS, empty=empty, id="table"))
            yield DetailsPane(id="authority-details")

    @property
    def table(self) -> FixedTable[AuthorityLine]:
        """The groups and their CAs."""
        return self.query_one("#table", FixedTable)

    @property
    def line(self) -> AuthorityLine | None:
        """The line under the cursor."""
        return self.table.record

    def show_state(self, changes: Changes | None) -> None:
        if changes is None or changes.touches("authority_groups", "authorities", "ownerships"):
            self._throttle.now()
        else:
            self._throttle()

    def _show(self) -> None:
        self._figures = count_fleet(self.console)
        now = self.workspace.now()
        summaries = self.workspace.authorities.summaries(self._figures.groups)
        marks = group_marks(one.group.name for one in summaries)
        self.query_one("#authorities-headline", StillStatic).update(styled(self.app, *headline(summaries, now)))
        owners = self.workspace.owners.names(owned(one.group.id) for one in summaries)
        rule = self.workspace.expiry()[ExpiryUse.CA]
        self.table.set_rows(lines_of(summaries, marks, self._figures.total, now, rule, owners))
        self._show_details()

    def _show_details(self) -> None:
        if (line := self.line) is not None:
            pane, now = self.query_one(DetailsPane), self.workspace.now()
            pane.show(details_of(self.app, line, self._figures, now, pane.room))

    def on_resize(self) -> None:
        self.call_after_refresh(self.lay_out_panes)

    @on(DetailsPane.Resized)
    def _pane_resized(self) -> None:
        self._show_details()

    @on(ListTable.Highlighted, "#table")
    def _highlighted(self) -> None:
        self._show_details()

    @on(ListTable.Opened, "#table")
    def _opened(self, event: ListTable.Opened) -> None:
        self.app.push_screen(details_dialog(self.app, event.record, self._figures, self.workspace.now()))

    def reveal(self, group_id: int) -> None:
        """Put the cursor on a CA group."""
        self._throttle.now()
        self.table.move_to(line_id(group_id))
        self.table.focus()

    # Actions

    def action_refresh(self) -> None:
        self.console.ask(RefreshDialog(), self._refreshed)

    def _refreshed(self, name: str) -> None:
        for line in self.table.rows:
            if line.authority is None and line.summary.group.name == name:
                self.table.move_to(line.id)
                self.console.note(f"CA group {line.name}: {line.summary.state}.")

    def action_activate(self) -> None:
        if (line := self.line) is not None:
            self.console.ask(ActivationQuestion(line.summary), lambda _: None)

    def action_delete(self) -> None:
        if (line := self.line) is not None:
            self.console.ask(GroupDeletionQuestion(line.summary), lambda _: None)

    def action_owner(self) -> None:
        if (line := self.line) is not None:
            group = line.summary.group
            self.app.push_screen(OwnerDialog(owned(group.id), f"CA group {printable(group.name)}"))

    def action_devices(self) -> None:
        if (line := self.line) is not None:
            self.console.open_devices_of(line.summary.group.name)

    def action_export(self) -> None:
        if (line := self.line) is not None:
            self.app.push_screen(export_dialog(self.workspace, line.subject))

    def action_listener(self) -> None:
        self.app.push_screen(ListenerDialog())
