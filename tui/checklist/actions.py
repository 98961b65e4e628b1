"""The actions on a row of the checklist."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from ...store.apns.apns import SERVICES
from ...store.checklist.checklist_row import ChecklistRow
from ...store.components.needs import OWN, Need, NeedKind
from ...store.inventory.sources import ReplaceResult
from ...store.model.component import Component
from ...store.model.device import Device
from ..certificates.after_import import tell_of_replacement
from ..certificates.deploy_dialog import DeployDialog
from ..certificates.import_dialog import ReplaceDialog
from ..certificates.import_result_dialog import import_result_dialog
from ..dialogs.details_dialog import DetailsDialog, notes_to_know
from ..dialogs.owner_dialog import OwnerDialog
from ..lists.list_page import FILTER
from ..push.apns_dialog import ApnsDialog
from ..shell.keys.keys import bound, keyed
from ..shell.page import Page
from ..tasks.tasks_dialog import TasksDialog
from .add_component_dialog import AddComponentDialog
from .bind_dialog import BindDialog, Bound
from .export_dialog import export_dialog
from .profile_dialog import BoundProfile, ProfileDialog
from .questions import remove_question, unbind_question, use_question
from .site_dialog import SiteDialog
from .wording import short_name_of, title_of_row

_BY_ITSELF = "Devices get it from a CA group: {screen-4} has the groups, and {secure} on {screen-3} renews it."


class ChecklistActions(Page):
    """A page with actions on a row of the checklist: ``row`` returns it, ``arrived`` goes to a component."""

    page = "checklist"
    BINDINGS: ClassVar[list[BindingType]] = [
        FILTER,
        bound("bind", "bind", "Bind", tooltip="Bind a certificate"),
        bound("replace", "renew", "Renew", tooltip="Renew, replace"),
        bound("deploy", "deploy", "Deploy", tooltip="Deploy to devices"),
        bound("to-do", "tasks", "Tasks", tooltip="Follow-up tasks"),
        bound("not-used", "use", "Not used", tooltip="Not used, used again"),
        bound("new", "add", "Add", tooltip="Add one under a name"),
        bound("unbind", "unbind", "Unbind", tooltip="Let it use nothing"),
        bound("follow", "certificate", "Go to it", tooltip="Go to its certificate"),
        bound("export", "export", "Export", tooltip="Export the checklist"),
        bound("owner", "owner", "Owner", tooltip="Who answers for it"),
        bound("settings", "site", "Site", tooltip="Site settings"),
        bound("other-tab", "endpoints", "Endpoints", tooltip="What servers really serve", show=False),
        bound("delete", "remove", "Remove", tooltip="Remove what was added"),
    ]

    @property
    def row(self) -> ChecklistRow | None:
        """The current row."""
        return None

    def arrived(self, component: Component) -> None:
        """Show a component that was just bound or changed."""

    def devices(self) -> Sequence[Device]:
        """All devices."""
        return self.console.fleet.devices()

    # Binding

    def action_bind(self) -> None:
        if (row := self.row) is None:
            return
        if row.need in OWN:
            self.console.note(keyed(_BY_ITSELF))
        elif row.derived:
            self.console.note(keyed("It comes with the chains of others. {new} adds one for a resource of its own."))
        elif row.need.kind is NeedKind.PROFILE:
            self.console.ask(ProfileDialog(row.name), self._profile_bound)
        else:
            named = row.component is not None and (row.name or not row.need.several)
            self.console.ask(BindDialog(row.need, row.name if named else None), self._bound)

    def _bound(self, bound: Bound) -> None:
        if (component := bound.component) is not None:
            self.console.note(f"{short_name_of(component)} uses #{component.certificate_id}.")
            self.arrived(component)
        if bound.imported is not None:
            self.app.push_screen(import_result_dialog(bound.imported, self.workspace.now(), self.workspace.expiry()))

    def _profile_bound(self, bound: BoundProfile) -> None:
        title = short_name_of(bound.component)
        self.console.note(f"{title} is bound.")
        self.arrived(bound.component)
        if bound.notes:
            self.app.push_screen(DetailsDialog(title, *notes_to_know(bound.notes), wide=False))

    def action_add(self) -> None:
        self.console.ask(AddComponentDialog(None if self.row is None else self.row.need), self._add)

    def _add(self, need: Need) -> None:
        if need.kind is NeedKind.PROFILE:
            self.console.ask(ProfileDialog(), self._profile_bound)
        else:
            self.console.ask(BindDialog(need), self._bound)

    def action_unbind(self) -> None:
        row = self.row
        if row is None or row.component is None or (row.certificate is None and row.profile is None):
            self.console.note("Nothing is bound to it.")
        else:
            self.console.ask(unbind_question(self.workspace, row), self.arrived)

    def action_remove(self) -> None:
        row = self.row
        if row is None or row.component is None:
            self.console.note(keyed("It is on the list of needs; {not-used} says that it is not used."))
        else:
            self.app.push_screen(remove_question(self.workspace, row, row.component))

    def action_use(self) -> None:
        row = self.row
        if row is not None and row.need in OWN:
            self.console.note(keyed(_BY_ITSELF))
        elif row is None or row.derived:
            self.console.note("It comes with the chains of others, and is used with them.")
        else:
            self.console.ask(use_question(self.workspace, row), self.arrived)

    # Renewing and deploying

    def action_renew(self) -> None:
        if (row := self.row) is None:
            return
        if row.need.id in SERVICES:
            self.app.push_screen(ApnsDialog(row.need.id))
        elif row.certificate is not None:
            self.console.ask(ReplaceDialog(row.certificate), self._replaced)
        else:
            self.action_bind()

    def _replaced(self, result: ReplaceResult) -> None:
        tell_of_replacement(self.console, result)

    def action_deploy(self) -> None:
        row = self.row
        if row is None or row.certificate is None:
            self.console.note("There is no certificate here to deploy.")
            return
        chain = self.workspace.inventory.chain(row.certificate.id)
        if row.certificate.is_ca:
            chain = chain[:1]
        self.app.push_screen(DeployDialog(chain, self.devices()))

    def action_certificate(self) -> None:
        row = self.row
        if row is not None and row.need in OWN:
            group = row.authority_group
            self.console.open_list("devices", "" if group is None else f"issuer:{shlex.quote(group)}")
        elif row is None or row.certificate is None:
            self.console.note("No certificate is bound to it.")
        else:
            self.console.open_certificate(row.certificate.id)

    # The deployment as a whole

    def action_tasks(self) -> None:
        self.app.push_screen(TasksDialog())

    def action_endpoints(self) -> None:
        self.console.action_page("endpoints")

    def action_owner(self) -> None:
        row = self.row
        if row is None:
            return
        if row.component is not None:
            record = f"component:{row.component.id}"
        elif row.certificate is not None:
            record = f"certificate:{row.certificate.id}"
        else:
            self.console.note("Bind something first: a component has an owner, or its certificate.")
            return
        self.app.push_screen(OwnerDialog(record, title_of_row(row)))

    def action_site(self) -> None:
        self.app.push_screen(SiteDialog())

    def action_export(self) -> None:
        self.app.push_screen(export_dialog(self.workspace, self.console.workspace_title, self.devices()))
