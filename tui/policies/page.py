"""The policies: whom each is for, how many devices have it, and which lack their certificate."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from ...store.filters import Filter
from ...store.policies.rollout import Deployed
from ...store.views.policy import assigned_to
from ..lists.details_pane import DetailsPane
from ..lists.list_page import BELOW, CLEAR, FILTER, SearchedListPage, words_filter
from ..shell.keys.keys import bound
from .details import details_of
from .edit_dialog import PolicyDialog
from .export_dialog import export_dialog
from .figures import HELP, PoliciesFound, PolicyFigures, look
from .questions import PolicyDeleteQuestion, PolicyDeployDialog
from .table import CERTIFICATES, POLICIES, PolicyTable, PolicyTabs
from .wording import name_of_policy, proof


class PoliciesPage(SearchedListPage[PolicyFigures, PoliciesFound]):
    """The list, and the details of the policy under the cursor. Devices are counted in the background."""

    page = POLICIES
    no_records = "No policy yet. {new} adds one; {other-tab} shows the device certificates."
    filter_help = HELP
    tables = ("policies", "bulk_certificates")
    details_area = "#policy-details"
    VERTICAL_BREAKPOINTS = BELOW
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("other-tab", "other", "Certificates", tooltip="Device certificates"),
        bound("new", "add", "Add", tooltip="Add a policy"),
        bound("edit", "change", "Change", tooltip="Change it"),
        bound("deploy", "deploy", "Deploy", tooltip="Deploy it again"),
        bound("follow", "devices", "Devices", tooltip="Devices that have it"),
        bound("export", "export", "Profile", tooltip="Export the profile"),
        bound("delete", "delete", "Delete", tooltip="Delete it"),
        FILTER,
        bound("details-down", "scroll_details(1)", "Details down", show=False),
        bound("details-up", "scroll_details(-1)", "Details up", show=False),
        CLEAR,
    ]

    def __init__(self) -> None:
        super().__init__()
        self._certificates = 0
        self._read: int | None = None

    def compose_page(self) -> ComposeResult:
        yield PolicyTabs("", id="policy-tabs")
        yield from super().compose_page()

    def make_table(self) -> PolicyTable:
        return PolicyTable(id="table")

    def parse(self, text: str) -> Filter[PolicyFigures]:
        return words_filter(text, _haystack)

    def compose_details(self) -> ComposeResult:
        yield DetailsPane(id="policy-details", scrolls=True)

    # Following the feed

    def search(self) -> Callable[[], PoliciesFound]:
        devices = self.console.fleet.devices()
        return partial(look, self.workspace, devices)

    def found(self, found: PoliciesFound) -> None:
        self._certificates = found.certificates
        self.show_records(found.figures)

    def show_amount(self) -> None:
        super().show_amount()
        self.query_one(PolicyTabs).show(POLICIES, self.total, self._certificates)

    def show_details(self) -> None:
        pane, figures = self.query_one(DetailsPane), self.table.record
        if figures is None:
            pane.show(None)
        else:
            names = self.console.certificates.names([figures.policy.vpn.certificate_id])
            pane.show(details_of(self.app, figures, names, pane.room - 1))

    def highlighted(self) -> None:
        id = None if self.table.record is None else self.table.record.id
        if id != self._read:  # not if it was only counted anew: somebody may be reading its details
            self._read = id
            self.query_one(DetailsPane).go_home()
        self.show_details()

    def action_scroll_details(self, by: int) -> None:
        self.query_one(DetailsPane).scroll_page(by)

    # Actions

    def action_other(self) -> None:
        self.console.action_page(CERTIFICATES)

    def action_add(self) -> None:
        self.console.ask(PolicyDialog(), partial(self._deployed, "added"))

    def opened(self, record: PolicyFigures) -> None:
        self.action_change()

    def action_change(self) -> None:
        if (figures := self._chosen()) is not None:
            self.console.ask(PolicyDialog(figures.policy), partial(self._deployed, "changed"))

    def action_deploy(self) -> None:
        if (figures := self._chosen()) is not None:
            self.console.ask(PolicyDeployDialog(figures.policy), partial(self._deployed, "deployed"))

    def action_delete(self) -> None:
        if (figures := self._chosen()) is not None:
            self.console.ask(PolicyDeleteQuestion(figures.policy), partial(self._deployed, "deleted"))

    def action_export(self) -> None:
        if (figures := self._chosen()) is not None:
            self.app.push_screen(export_dialog(self.workspace, figures.policy))

    def action_devices(self) -> None:
        if (figures := self._chosen()) is not None:
            self.console.open_devices_where("policy", figures.policy.name)

    def _chosen(self) -> PolicyFigures | None:
        if self.table.record is None:
            self.console.note("No policy is chosen.")
        return self.table.record

    def _deployed(self, what: str, deployed: Deployed) -> None:
        self.want(deployed.policy.id)
        counts = [f"{deployed.pending:,} pending"] if deployed.pending else []
        counts += [f"{deployed.removing:,} to lose it"] if deployed.removing else []
        said = ", ".join(counts) or "nothing to do for any device"  # short: the line is narrow
        self.console.note(f"{name_of_policy(deployed.policy)} {what}: {said}.")


def _haystack(figures: PolicyFigures) -> str:
    policy = figures.policy
    parts = (policy.name, *policy.platforms, policy.vpn.connection_type, policy.vpn.server, proof(policy))
    return " ".join((*parts, policy.vpn.connection_name, assigned_to(policy.assignment))).lower()
