"""The key ``replace`` on the overview: the dialog that prevents a stop. Imported with the first of them, as they take
longer to import than the overview."""

from __future__ import annotations

from pathlib import Path

from ...store.components.needs import BY_ID
from ...store.errors import Refusal
from ...store.inventory.sources import ImportResult, ReplaceResult
from ...store.model.certificate import Certificate
from ...store.model.device import Device
from ...store.outlook.device_ends import device_ends
from ...store.outlook.prevention import Prevention, Step
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
from ..shell.console_app import ConsoleApp
from ..shell.keys.keys import keyed
from ..tasks.done_question import done_question
from .demo_dialog import DemoDialog
from .links import Links, filter_of


class PreventionActions:
    """Starts the prevention of a stop; the screen stays where it is."""

    def __init__(self, console: ConsoleApp, links: Links) -> None:
        self._console, self._links = console, links

    def begin(self, way: str) -> None:
        """Begin in an empty workspace in one of the ways of ``FIRST_STEPS``."""
        match way:
            case "import":
                self._console.ask(ImportDialog(), self._imported)
            case "endpoints":
                self._console.action_page("endpoints")
            case "devices":
                self._console.ask(
                    DeviceImportDialog(), lambda result: self._console.push_screen(device_import_result_dialog(result))
                )
            case _:
                self._console.ask(DemoDialog(), self._demo_made)

    def _demo_made(self, path: Path) -> None:
        self._console.following = path
        self._console.exit()

    def take_step(self, one: Prevention) -> None:
        """Show the dialog of a step."""
        match one.step:
            case Step.REPLACE if (certificate := self._certificate(one)) is not None:
                self._console.ask(ReplaceDialog(certificate), self._replaced)
            case Step.RENEW_PUSH:
                self._console.push_screen(ApnsDialog(one.need))
            case Step.IMPORT_AUTHORITY:
                self._console.ask(ImportDialog(), self._imported)
            case Step.IMPORT_PROFILE:
                self._console.ask(ProfileDialog(one.name), lambda bound: self._console.note("The profile is bound."))
            case Step.BIND:
                several = BY_ID[one.need].several and not one.name
                self._console.ask(BindDialog(BY_ID[one.need], None if several else one.name), self._bound)
            case Step.DO_TASK:
                self._do_task(one.task_id or 0)
            case Step.REQUEST_GROUP:
                self._console.ask(RefreshDialog(), lambda name: self._console.note(f"CA group {name} is requested."))
            case Step.RENEW_DEVICES if devices := self._to_renew(one):
                self._console.ask(SecureDialog(devices), self._secured)
            case Step.RE_ENROLL:
                self._links.devices(filter_of(one))
                said = prevention_sentence(one)
                self._console.note(f"{said[:1].upper()}{said[1:]}: {keyed('{save-list} writes the list to a file')}.")
            case _:
                self._console.note(f"Outside of here: {prevention_sentence(one)}.")

    def _certificate(self, one: Prevention) -> Certificate | None:
        row = self._console.certificates.rows.get(one.certificate_id or 0)
        return None if row is None else row.certificate

    def _to_renew(self, one: Prevention) -> list[Device]:
        """The devices whose certificates expire and that have no pending renewal."""
        today = self._console.workspace.now().date()
        fleet = self._console.fleet
        rows = [
            row
            for row in fleet.rows.values()
            if row.device.platform in one.platforms
            and ((end := row.device.not_after) is None or (end.date() - today).days < one.days)
        ]
        return [
            device
            for device in fleet.records_of(rows)
            for end in device_ends([device])
            if not end.renewing and 0 <= (end.day - today).days < one.days
        ]

    def _do_task(self, id: int) -> None:
        try:
            task = self._console.workspace.tasks.get(id)
        except Refusal:  # it was done meanwhile, and its component removed
            return
        told = f"Task {id} is done."
        self._console.ask(done_question(self._console.workspace, task), lambda _: self._console.note(told))

    def _imported(self, result: ImportResult) -> None:
        tell_of_import(self._console, result, self._bound)

    def _replaced(self, result: ReplaceResult) -> None:
        tell_of_replacement(self._console, result)

    def _bound(self, bound: Bound) -> None:
        if bound.imported is not None:
            self._imported(bound.imported)

    def _secured(self, done: Secured | str) -> None:
        if isinstance(done, Secured):
            self._console.push_screen(secure_result_dialog(self._console.screen.app, done))
        else:
            self._console.note(done)
