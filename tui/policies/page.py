"""The policies: whom each is for, on how many devices it is, and which lack their certificate."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, Static

from ...store.persistence.database import Changes
from ...store.policies.rollout import Deployed
from ..components.filter_input import FilterInput
from ..components.list_page import ListPage
from ..components.record_table import RecordTable
from ..components.text_styles import Tone, style_of
from ..shell.background_search import BackgroundSearch
from .delete_dialog import PolicyDeleteDialog
from .deploy_dialog import PolicyDeployDialog
from .details import body_of_policy, title_of_policy
from .edit_dialog import PolicyDialog
from .export_dialog import PolicyExportDialog
from .figures import Looked, PolicyFigures, look
from .table import CERTIFICATES, POLICIES, PolicyTable, PolicyTabs
from .wording import name_of_policy, proof, whom

_EMPTY = "No policy yet. a adds one; b shows the device certificates that policies deliver."


class PoliciesPage(ListPage):
    """The list, and the details of the one under the cursor. Devices are counted beside the screen."""

    page = POLICIES
    AUTO_FOCUS = "PolicyTable"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (34, "-tall")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "other", "Certificates", tooltip="Device certificates"),
        Binding("a", "add", "Add", tooltip="Add a policy"),
        Binding("c", "change", "Change", tooltip="Change it"),
        Binding("d", "deploy", "Deploy", tooltip="Deploy it again"),
        Binding("g", "devices", "Devices", tooltip="Devices that have it"),
        Binding("e", "export", "Profile", tooltip="Export the profile"),
        Binding("x,delete", "delete", "Delete", key_display="x", tooltip="Delete it"),
        Binding("slash", "filter", "Filter", key_display="/", tooltip="Show only what matches"),
        Binding("right_square_bracket", "scroll_details(1)", "Details down", key_display="]", show=False),
        Binding("left_square_bracket", "scroll_details(-1)", "Details up", key_display="[", show=False),
        Binding("escape", "back", "Clear the filter", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._looked = Looked((), 0)
        self._beside = BackgroundSearch(self, self._prepare, self._found)
        self._wanted: int | None = None
        self._read: int | None = None

    def compose_page(self) -> ComposeResult:
        yield PolicyTabs("", id="policy-tabs")
        with Horizontal(id="filter-line"):
            yield FilterInput(id="filter", placeholder="/ filters: words")
            yield Static("", id="shown")
        yield PolicyTable(id="table")
        with Vertical(id="policy-details"):
            yield Static("", id="policy-title")
            with VerticalScroll():
                yield Static("", id="policy-body")

    @property
    def table(self) -> PolicyTable:
        """The list."""
        return self.query_one("#table", PolicyTable)

    # Following the feed

    def show_state(self, changes: Changes | None) -> None:
        if changes is None or changes.touches("policies", "bulk_certificates"):
            self._beside.now()
        else:
            self._beside()

    def _prepare(self) -> Callable[[], Looked]:
        devices = [row.device for row in self.console.fleet.rows.values()]
        return partial(look, self.workspace, devices)

    def _found(self, looked: Looked) -> None:
        self._looked = looked
        self.table.empty = _EMPTY if not looked.figures else "Nothing matches the filter. Esc clears it."
        self.table.set_rows(looked.figures)
        if self._wanted is not None and self.table.move_to(self._wanted):
            self._wanted = None
        self._count()
        self._show_details()

    def _count(self) -> None:
        shown, total = len(self.table.rows), len(self._looked.figures)
        text = Text() if self.console.fleet.loaded else Text("reading devices …  ", style_of(self.app, Tone.PENDING))
        text.append(f"{shown:,} of {total:,}" if shown != total else f"{total:,}", style_of(self.app, Tone.DIM))
        self.query_one("#shown", Static).update(text)
        self.query_one(PolicyTabs).show(POLICIES, total, self._looked.certificates)

    def _show_details(self) -> None:
        title, body = self.query_one("#policy-title", Static), self.query_one("#policy-body", Static)
        if (figures := self.table.record) is None:
            title.update("")
            body.update("")
            return
        names = self.console.register.names([figures.policy.vpn.certificate_id])
        title.update(title_of_policy(self.app, figures))
        body.update(body_of_policy(self.app, figures, names, self.query_one("#policy-details").content_size.width - 1))

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._show_details)

    @on(RecordTable.Highlighted, "#table")
    def _highlighted(self) -> None:
        id = None if self.table.record is None else self.table.record.id
        if id != self._read:  # not the same one, counted anew: somebody may be reading its details
            self._read = id
            self.query_one("#policy-details VerticalScroll").scroll_home(animate=False)
        self._show_details()

    def action_scroll_details(self, by: int) -> None:
        pane = self.query_one("#policy-details VerticalScroll")
        pane.scroll_relative(y=by * max(1, pane.size.height - 1), animate=False)

    # The filter

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        words = event.value.lower().split()
        self.table.narrow(partial(_fits, words) if words else None)
        self._count()
        self._show_details()

    def action_back(self) -> None:
        if self.table.has_focus:
            self.query_one("#filter", Input).value = ""
        self.table.focus()

    # What can be done

    def action_other(self) -> None:
        self.console.action_page(CERTIFICATES)

    def action_add(self) -> None:
        self.app.push_screen(PolicyDialog(), partial(self._deployed, "added"))

    @on(RecordTable.Opened, "#table")
    def action_change(self) -> None:
        if (figures := self._chosen()) is not None:
            self.app.push_screen(PolicyDialog(figures.policy), partial(self._deployed, "changed"))

    def action_deploy(self) -> None:
        if (figures := self._chosen()) is not None:
            self.app.push_screen(PolicyDeployDialog(figures.policy), partial(self._deployed, "deployed"))

    def action_delete(self) -> None:
        if (figures := self._chosen()) is not None:
            self.app.push_screen(PolicyDeleteDialog(figures.policy), partial(self._deployed, "deleted"))

    def action_export(self) -> None:
        if (figures := self._chosen()) is not None:
            self.app.push_screen(PolicyExportDialog(figures.policy), self._said)

    def action_devices(self) -> None:
        if (figures := self._chosen()) is not None:
            self.console.open_devices_where("policy", figures.policy.name)

    def _chosen(self) -> PolicyFigures | None:
        if self.table.record is None:
            self.console.note("No policy is chosen.")
        return self.table.record

    def _deployed(self, what: str, deployed: Deployed | None) -> None:
        if deployed is None:
            return
        self._wanted = deployed.policy.id
        counts = [f"{deployed.pending:,} pending"] if deployed.pending else []
        counts += [f"{deployed.removing:,} to lose it"] if deployed.removing else []
        said = ", ".join(counts) or "nothing to do for any device"  # short: the line is narrow
        self.console.note(f"{name_of_policy(deployed.policy)} {what}: {said}.")

    def _said(self, sentence: str | None) -> None:
        if sentence is not None:
            self.console.note(sentence)


def _fits(words: list[str], figures: PolicyFigures) -> bool:
    policy = figures.policy
    parts = (policy.name, *policy.platforms, policy.vpn.connection_type, policy.vpn.server, proof(policy))
    text = " ".join((*parts, policy.vpn.connection_name, whom(policy.assignment))).lower()
    return all((word[1:] not in text) if len(word) > 1 and word[0] == "-" else (word in text) for word in words)
