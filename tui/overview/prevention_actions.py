"""The key ``replace`` on the overview: the dialog that prevents a stop."""

from __future__ import annotations

from pathlib import Path

from ...store.errors import Refusal
from ...store.impact.endings import device_ends
from ...store.impact.needs import BY_ID
from ...store.impact.prevention import Prevention, Step
from ...store.inventory.sources import ImportResult, ReplaceResult
from ...store.model.certificate import Certificate
from ...store.model.device import Device
from ...store.views.prevention import prevention_sentence
from ..authorities.refresh_dialog import RefreshDialog
from ..certificates.after_import import tell_of_import, tell_of_replacement
from ..certificates.import_dialog import ImportDialog, ReplaceDialog
from ..checklist.bind_dialog import BindDialog, Bound
from ..checklist.profile_dialog import ProfileDialog
from ..devices.import_dialog import DeviceImportDialog
from ..devices.import_result_dialog import import_result_dialog as device_import_result_dialog
from ..devices.secure_dialog import Secured, SecureDialog
from ..devices.secure_result_dialog import secure_result_dialog
from ..push.apns_dialog import ApnsDialog
from ..shell.page import Page
from ..tasks.done_question import done_question
from .demo_dialog import DemoDialog
from .links import Links


class PreventionActions(Page):
    """A page that starts the prevention of a stop, and stays where it is."""

    @property
    def links(self) -> Links:
        """The targets of its links."""
        return Links(self.console)

    def begin(self, way: str) -> None:
        """Begin in an empty workspace in one of the ways of ``FIRST_STEPS``."""
        match way:
            case "import":
                self.console.ask(ImportDialog(), self._imported)
            case "endpoints":
                self.console.action_page("endpoints")
            case "devices":
                self.console.ask(
                    DeviceImportDialog(), lambda result: self.app.push_screen(device_import_result_dialog(result))
                )
            case _:
                self.console.ask(DemoDialog(), self._demo_made)

    def _demo_made(self, path: Path) -> None:
        self.console.following = path
        self.app.exit()

    def take_step(self, one: Prevention) -> None:
        """Show the dialog of a step."""
        match one.step:
            case Step.REPLACE if (certificate := self._certificate(one)) is not None:
                self.console.ask(ReplaceDialog(certificate), self._replaced)
            case Step.RENEW_PUSH:
                self.app.push_screen(ApnsDialog(one.need))
            case Step.IMPORT_AUTHORITY:
                self.console.ask(ImportDialog(), self._imported)
            case Step.IMPORT_PROFILE:
                self.console.ask(ProfileDialog(one.name), lambda bound: self.console.note("The profile is bound."))
            case Step.BIND:
                several = BY_ID[one.need].several and not one.name
                self.console.ask(BindDialog(BY_ID[one.need], None if several else one.name), self._bound)
            case Step.DO_TASK:
                self._do_task(one.task_id or 0)
            case Step.REQUEST_GROUP:
                self.console.ask(RefreshDialog(), lambda name: self.console.note(f"CA group {name} is requested."))
            case Step.RENEW_DEVICES if devices := self._to_renew(one):
                self.console.ask(SecureDialog(devices), self._secured)
            case _:
                self.console.note(f"Outside of here: {prevention_sentence(one)}.")

    def _certificate(self, one: Prevention) -> Certificate | None:
        row = self.console.certificates.rows.get(one.certificate_id or 0)
        return None if row is None else row.certificate

    def _to_renew(self, one: Prevention) -> list[Device]:
        """The devices whose certificates expire and that have no pending renewal."""
        today = self.workspace.now().date()
        devices = [row.device for row in self.console.fleet.rows.values() if row.device.platform in one.platforms]
        return [
            device
            for device in devices
            for end in device_ends([device])
            if not end.renewing and 0 <= (end.day - today).days < one.days
        ]

    def _do_task(self, id: int) -> None:
        try:
            task = self.workspace.tasks.get(id)
        except Refusal:  # it was done meanwhile, and its component removed
            return
        told = f"Task {id} is done."
        self.console.ask(done_question(self.workspace, task), lambda _: self.console.note(told))

    def _imported(self, result: ImportResult) -> None:
        tell_of_import(self.console, result, self._bound)

    def _replaced(self, result: ReplaceResult) -> None:
        tell_of_replacement(self.console, result)

    def _bound(self, bound: Bound) -> None:
        if bound.imported is not None:
            self._imported(bound.imported)

    def _secured(self, done: Secured | str) -> None:
        if isinstance(done, Secured):
            self.app.push_screen(secure_result_dialog(self.app, done))
        else:
            self.console.note(done)
