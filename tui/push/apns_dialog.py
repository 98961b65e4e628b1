"""The push certificate of a need: the one in use, the portal's list, and the steps to a new one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from ...store.components.fitting import fits
from ...store.components.needs import need_of
from ...store.devices.push import APPLE
from ...store.errors import Refusal
from ...store.inventory.sources import ImportResult, ReplaceResult
from ...store.model.certificate import UseAs
from ...store.model.component import Component
from ...store.model.push import PortalStatus, PushCertificate
from ...store.model.request import SigningRequest
from ..certificates.after_import import tell_of_replacement
from ..certificates.import_dialog import ImportDialog, ReplaceDialog
from ..certificates.import_result_dialog import import_result_dialog
from ..certificates.request_dialog import RequestMadeDialog
from ..components.key_hints import KeyHints
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note
from ..dialogs.save_dialog import FileFormat, SaveDialog
from ..lists.list_table import ListTable
from ..shell.keys.keys import bound, keyed
from .apple_id_dialog import AppleIdDialog
from .questions import revoke_question, topic_question
from .renewal import PushRenewal, push_renewal
from .tables import ANSWER, REQUEST, SIGNATURE, UPLOAD, PortalTable, StepTable, facts_of, steps_of
from .upload_dialog import PushUploadDialog

_KEYS = ("{open} does it", "{run} all at once", "{import} Apple's own file", "{edit} Apple ID", "{delete} revokes")


class ApnsDialog(FormDialog[None]):
    """For the need ``apns`` or ``securemail-apns``. Steps take effect at once; Esc only closes the dialog."""

    confirm_label = "All at once …"
    leave_label = "Close"
    wide = True
    lists = ("requests", "tasks", "push_certificates", "components", "certificates")
    AUTO_FOCUS = "#steps"
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("run", "press('confirm')", "All at once"),
        bound("import", "press('file')", "Apple's own file"),
        bound("edit", "press('owner')", "Apple ID"),
        bound("delete", "press('revoke')", "Revoke"),
    ]

    def __init__(self, need: str) -> None:
        super().__init__()
        self._need = need
        self._saved: tuple[int, Path] | None = None  # the request whose signed file was saved
        self._next: int | None = None  # the step to take next
        self.heading = need_of(need).title

    def compose_form(self) -> Iterable[Widget]:
        yield Note(id="push-facts")
        yield PortalTable(id="portal")
        yield StepTable(id="steps")
        yield KeyHints(*_KEYS)

    def on_mount(self) -> None:
        self.reload()

    def reload(self) -> None:
        self._renewal = renewal = push_renewal(self.workspace, self._need)
        request, saved = renewal.request, self._saved
        file = saved[1].name if saved is not None and request is not None and saved[0] == request.id else None
        self.query_one("#push-facts", Note).update(facts_of(self.app, renewal))
        self.query_one(PortalTable).set_rows(renewal.portal)
        steps = self.query_one(StepTable)
        steps.set_rows(steps_of(renewal, file))
        if request is None:
            following = REQUEST
        elif renewal.issued is not None:
            following = ANSWER
        else:
            following = SIGNATURE if file is None and not renewal.is_app else UPLOAD
        if following != self._next:
            self._next = following
            steps.move_to(following)

    def command_words(self) -> Sequence[object] | None:
        """Those of the step under the cursor."""
        renewal, step = self._renewal, self.query_one(StepTable).record
        need, owner = ("--need", self._need), renewal.owner or "APPLE-ID"
        if step is not None and step.id == REQUEST and renewal.request is None:
            return "apns", "request", *need
        if step is None or renewal.request is None:
            return None
        if step.id == SIGNATURE and not renewal.is_app:
            return "apns", "sign", renewal.request.id, "--out", "FILE"
        if step.id == UPLOAD:
            return "apns", "upload", "FILE", "--apple-id", owner, *need
        if step.id == ANSWER and renewal.issued is not None:
            return "apns", "import", renewal.issued.id, *need
        return None

    # The steps

    @on(ListTable.Opened, "#steps")
    def _opened(self, event: ListTable.Opened) -> None:
        self.action_step(event.record.id)

    def action_step(self, number: int) -> None:
        if self.working:
            return
        self.clear_refusal()
        renewal = self._renewal
        if number == REQUEST:
            self._request(renewal)
        elif renewal.request is None:
            self.refused(Refusal("request-missing", "there is no request yet", keyed("{Open} on its line makes it.")))
        elif number == SIGNATURE:
            self._sign(renewal, renewal.request)
        elif number == UPLOAD:
            self.console.ask(PushUploadDialog(renewal), self._uploaded)
        elif renewal.issued is None:
            self.refused(
                Refusal("answer-missing", "the portal has not issued it yet", keyed("{Open} on its line uploads it."))
            )
        else:
            self._import(renewal, renewal.issued)

    def _request(self, renewal: PushRenewal) -> None:
        if renewal.request is not None:
            self.app.push_screen(RequestMadeDialog(renewal.request.id))
            return
        job = partial(self.workspace.apns.request, self._need, email=renewal.owner)
        self.perform(job, self._requested, saying="Making a key and the request …")

    def _requested(self, request: SigningRequest) -> None:
        self.reload()
        self.app.push_screen(RequestMadeDialog(request.id))

    def _sign(self, renewal: PushRenewal, request: SigningRequest) -> None:
        if renewal.is_app:
            self.show_progress("An app's request goes to the portal as it is.")
            return
        job = partial(self.workspace.apns.sign, request.id)
        self.perform(job, partial(self._signed, request.id), saying="The vendor signs …")

    def _signed(self, id: int, data: bytes) -> None:
        says = "This is the file to upload to the portal: the request as the vendor signed it."
        dialog = SaveDialog(
            "Save what the vendor signed",
            {None: FileFormat("", f"push-request-{id}.plist_encoded")},
            lambda: data,
            says=[Note(says, "quiet")],
            confirm_label="Save",
        )
        self.console.ask(dialog, partial(self._kept, id))

    def _kept(self, id: int, path: Path) -> None:
        self._saved = (id, path)
        self.reload()

    def _uploaded(self, issued: PushCertificate | Component) -> None:
        self.reload()
        self.show_progress(keyed(f"The portal issued #{issued.id}. {{Open}} imports it."))

    def _import(self, renewal: PushRenewal, issued: PushCertificate) -> None:
        complete = partial(self.workspace.apns.complete, issued.id, self._need)
        if renewal.topic_changes:
            self.console.ask(topic_question(renewal, issued, self._apple_devices(), complete), self._used)
        else:
            self.perform(complete, self._used, saying="Importing …")

    def _used(self, component: PushCertificate | Component) -> None:
        if isinstance(component, Component):
            self.reload()
            self.show_progress(f"#{component.certificate_id} is in use.")

    # All steps in one, and files from elsewhere

    def action_confirm(self) -> None:
        self.console.ask(PushUploadDialog(self._renewal, all_steps=True), self._used)

    def action_file(self) -> None:
        renewal = self._renewal
        if renewal.current is not None:
            self.console.ask(ReplaceDialog(renewal.current), self._replaced)
        else:
            self.console.ask(ImportDialog(renewal.request, use_as=UseAs.APNS), self._imported)

    def _replaced(self, result: ReplaceResult) -> None:
        self.reload()
        tell_of_replacement(self.console, result)

    def _imported(self, result: ImportResult) -> None:
        self.app.push_screen(import_result_dialog(result, self.workspace.now(), self.workspace.expiry()))
        entry = next((e for e in (*result.imported, *result.linked) if fits(need_of(self._need), e) is None), None)
        known = self.workspace.components.find(self._need)
        if entry is None or (known is not None and known.certificate_id == entry.id):
            self.reload()  # if nothing was bound, the import has bound it
        else:
            self.perform(partial(self.workspace.components.bind, self._need, entry.id), self._used)

    # The Apple ID, and revoking

    def action_owner(self) -> None:
        if self._renewal.current is None:
            self.refused(Refusal("component-unknown", "no push certificate is in use yet", "Get or import one first."))
        else:
            self.console.ask(AppleIdDialog(self._renewal), self._registered)

    def _registered(self, record: PushCertificate) -> None:
        self.reload()
        self.show_progress(f"It belongs to {record.apple_id}.")

    def action_revoke(self) -> None:
        line = self.query_one(PortalTable).record
        if line is None or line.status is PortalStatus.REVOKED:
            self.show_progress("That one is revoked." if line else "The portal lists none.")
        else:
            self.console.ask(revoke_question(self.workspace, line), self._revoked)

    def _revoked(self, record: PushCertificate) -> None:
        self.reload()
        self.show_progress(f"#{record.id} is revoked.")

    def _apple_devices(self) -> int:
        devices = (row.device for row in self.console.fleet.rows.values())
        return sum(device.platform in APPLE and device.state.is_admitted for device in devices)
