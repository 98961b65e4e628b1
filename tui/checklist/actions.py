"""What can be done with a row of the checklist."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from ...store.impact.apns import SERVICES
from ...store.impact.checklist import Row
from ...store.impact.needs import Kind, Need
from ...store.inventory.sources import ReplaceResult
from ...store.model.component import Component, Use
from ...store.model.device import Device
from ...store.model.site import SiteSettings
from ..certificates.deploy_dialog import DeployDialog
from ..certificates.import_result_dialog import ImportResultDialog
from ..certificates.replace_dialog import ReplaceDialog
from ..components.message_dialog import MessageDialog
from ..push.apns_dialog import ApnsDialog
from ..shell.page import Page
from ..tasks.tasks_dialog import TasksDialog
from .add_component_dialog import AddComponentDialog
from .bind_dialog import BindDialog, Bound
from .component_use_dialog import ComponentUseDialog
from .export_dialog import ChecklistExportDialog
from .profile_dialog import BoundProfile, ProfileDialog
from .remove_component_dialog import RemoveComponentDialog
from .site_dialog import SiteDialog
from .unbind_dialog import UnbindDialog
from .wording import short_name_of


class ChecklistActions(Page):
    """A page that has a row of the checklist to act on: ``row`` says which, ``arrived`` goes to a component."""

    page = "checklist"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/", tooltip="Show only what matches"),
        Binding("b", "bind", "Bind", tooltip="Bind a certificate"),
        Binding("r", "renew", "Renew", tooltip="Renew, replace"),
        Binding("d", "deploy", "Deploy", tooltip="Deploy to devices"),
        Binding("t", "tasks", "Tasks", tooltip="Follow-up tasks"),
        Binding("n", "use", "Not used", tooltip="Not used, used again"),
        Binding("a", "add", "Add", tooltip="Add one under a name"),
        Binding("u", "unbind", "Unbind", tooltip="Let it use nothing"),
        Binding("g", "certificate", "Go to it", tooltip="Go to its certificate"),
        Binding("e", "export", "Export", tooltip="Export the checklist"),
        Binding("o", "site", "Site", tooltip="Site settings"),
        Binding("x,delete", "remove", "Remove", key_display="x", tooltip="Remove what was added"),
    ]

    @property
    def row(self) -> Row | None:
        """The one at hand."""
        return None

    def arrived(self, component: Component) -> None:
        """Show a component that was just bound or changed."""

    def _devices(self) -> list[Device]:
        return [row.device for row in self.console.fleet.rows.values()]

    # Binding

    def action_bind(self) -> None:
        if (row := self.row) is None:
            return
        if row.derived:
            self.console.note("It comes with the chains of others. a adds one for a resource of its own.")
        elif row.need.kind is Kind.PROFILE:
            self.app.push_screen(ProfileDialog(row.name), self._profile_bound)
        else:
            named = row.component is not None and (row.name or not row.need.several)
            self.app.push_screen(BindDialog(row.need, row.name if named else None), self._bound)

    def _bound(self, bound: Bound | None) -> None:
        if bound is None:
            return
        if (component := bound.component) is not None:
            self.console.note(f"{short_name_of(component)} uses #{component.certificate_id}.")
            self.arrived(component)
        if bound.imported is not None:
            self.app.push_screen(ImportResultDialog(bound.imported))

    def _profile_bound(self, bound: BoundProfile | None) -> None:
        if bound is None:
            return
        title = short_name_of(bound.component)
        self.console.note(f"{title} is bound.")
        self.arrived(bound.component)
        if bound.notes:
            self.app.push_screen(MessageDialog(title, bound.notes))

    def action_add(self) -> None:
        self.app.push_screen(AddComponentDialog(None if self.row is None else self.row.need), self._add)

    def _add(self, need: Need | None) -> None:
        if need is None:
            return
        if need.kind is Kind.PROFILE:
            self.app.push_screen(ProfileDialog(), self._profile_bound)
        else:
            self.app.push_screen(BindDialog(need), self._bound)

    def action_unbind(self) -> None:
        row = self.row
        if row is None or row.component is None or (row.certificate is None and row.profile is None):
            self.console.note("Nothing is bound to it.")
        else:
            self.app.push_screen(UnbindDialog(row), self._unbound)

    def _unbound(self, component: Component | None) -> None:
        if component is not None:
            self.console.note(f"{short_name_of(component)} uses nothing any more.")
            self.arrived(component)

    def action_remove(self) -> None:
        row = self.row
        if row is None or row.component is None:
            self.console.note("It is on the list of needs; n says that it is not used.")
        else:
            self.app.push_screen(RemoveComponentDialog(row, row.component), self._removed)

    def _removed(self, component: Component | None) -> None:
        if component is not None:
            self.console.note(f"{short_name_of(component)} removed.")

    def action_use(self) -> None:
        row = self.row
        if row is None or row.derived:
            self.console.note("It comes with the chains of others, and is used with them.")
        else:
            self.app.push_screen(ComponentUseDialog(row), self._used)

    def _used(self, component: Component | None) -> None:
        if component is not None:
            how = "is not used" if component.use is Use.NOT_USED else "counts again"
            self.console.note(f"{short_name_of(component)} {how}.")
            self.arrived(component)

    # Renewing and deploying

    def action_renew(self) -> None:
        if (row := self.row) is None:
            return
        if row.need.id in SERVICES:
            self.app.push_screen(ApnsDialog(row.need.id))
        elif row.certificate is not None:
            self.app.push_screen(ReplaceDialog(row.certificate), self._replaced)
        else:
            self.action_bind()

    def _replaced(self, result: ReplaceResult | None) -> None:
        if result is not None:
            self.app.push_screen(ImportResultDialog(result.result, replacement=result))

    def action_deploy(self) -> None:
        row = self.row
        if row is None or row.certificate is None:
            self.console.note("There is no certificate here to deploy.")
            return
        chain = self.workspace.inventory.chain(row.certificate.id)
        if row.certificate.is_ca:
            chain = chain[:1]
        self.app.push_screen(DeployDialog(chain, self._devices()), self._said)

    def action_certificate(self) -> None:
        row = self.row
        if row is None or row.certificate is None:
            self.console.note("No certificate is bound to it.")
        else:
            self.console.open_certificate(row.certificate.id)

    # The deployment as a whole

    def action_tasks(self) -> None:
        self.app.push_screen(TasksDialog())

    def action_site(self) -> None:
        self.app.push_screen(SiteDialog(), self._set)

    def _set(self, settings: SiteSettings | None) -> None:
        if settings is not None:
            self.console.note("Site settings are set.")

    def action_export(self) -> None:
        self.app.push_screen(ChecklistExportDialog(self._devices()), self._said)

    def _said(self, sentence: str | None) -> None:
        if sentence is not None:
            self.console.note(sentence)
