"""The push certificate of a need: the one in use, the portal's list, and the steps of getting a new one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Button, Static

from ...store.devices.push import APPLE
from ...store.errors import Refusal
from ...store.impact.components import fits
from ...store.impact.needs import need_of
from ...store.inventory.sources import ImportResult, ReplaceResult
from ...store.model.certificate import UseAs
from ...store.model.component import Component
from ...store.model.push import PortalStatus, PushCertificate
from ...store.model.request import SigningRequest
from ..certificates.import_dialog import ImportDialog
from ..certificates.import_result_dialog import ImportResultDialog
from ..certificates.replace_dialog import ReplaceDialog
from ..certificates.request_dialog import RequestMadeDialog
from ..components.dialog import Dialog
from ..components.record_table import RecordTable
from ..components.save_dialog import SaveDialog
from .apple_id_dialog import AppleIdDialog
from .renewal import PushRenewal, push_renewal
from .revoke_dialog import RevokePushDialog
from .tables import ANSWER, REQUEST, SIGNATURE, UPLOAD, PortalTable, StepTable, facts_of, steps_of
from .topic_question import TopicQuestion
from .upload_dialog import PushUploadDialog


class ApnsDialog(Dialog[None]):
    """For the need ``apns`` or ``securemail-apns``. What was done in it is done; Esc only leaves it."""

    confirm_label = None
    wide = True
    AUTO_FOCUS = "#steps"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(number), f"step({number})", "Step", show=False)
            for number in (REQUEST, SIGNATURE, UPLOAD, ANSWER)
        ),
        Binding("a", "all", "All at once"),
        Binding("f", "file", "Apple's own file"),
        Binding("o", "owner", "Apple ID"),
        Binding("x,delete", "revoke", "Revoke", key_display="x"),
    ]

    def __init__(self, need: str) -> None:
        super().__init__()
        self._need = need
        self._saved: tuple[int, Path] | None = None  # the request whose signed file was saved
        self.heading = need_of(need).title

    def compose_form(self) -> Iterable[Widget]:
        yield Static("", id="push-facts")
        yield PortalTable(id="portal")
        yield StepTable(id="steps")
        yield Static("enter does it   a all at once   f Apple's own file   o Apple ID   x revokes", classes="quiet")

    def compose_buttons(self) -> Iterable[Widget]:
        yield Button("All at once …", id="all", variant="primary", compact=True)
        yield self.leave_button()

    def on_mount(self) -> None:
        super().on_mount()
        self._reload()

    def _reload(self) -> None:
        self._renewal = renewal = push_renewal(self.workspace, self._need)
        request, saved = renewal.request, self._saved
        file = saved[1].name if saved is not None and request is not None and saved[0] == request.id else None
        self.query_one("#push-facts", Static).update(facts_of(self.app, renewal))
        self.query_one(PortalTable).set_rows(renewal.portal)
        steps = self.query_one(StepTable)
        steps.set_rows(steps_of(renewal, file))
        if request is None:
            steps.move_to(REQUEST)
        elif renewal.issued is not None:
            steps.move_to(ANSWER)
        else:
            steps.move_to(SIGNATURE if file is None and not renewal.is_app else UPLOAD)

    # The steps

    @on(RecordTable.Opened, "#steps")
    def _opened(self, event: RecordTable.Opened) -> None:
        self.action_step(event.record.id)

    def action_step(self, number: int) -> None:
        if self.working:
            return
        self.clear_refusal()
        renewal = self._renewal
        if number == REQUEST:
            self._request(renewal)
        elif renewal.request is None:
            self.refused(Refusal("request-missing", "there is no request yet", "1 makes it."))
        elif number == SIGNATURE:
            self._sign(renewal, renewal.request)
        elif number == UPLOAD:
            self.app.push_screen(PushUploadDialog(renewal), self._uploaded)
        elif renewal.issued is None:
            self.refused(Refusal("answer-missing", "the portal has not issued it yet", "3 uploads the request."))
        else:
            self._import(renewal, renewal.issued)

    def _request(self, renewal: PushRenewal) -> None:
        if renewal.request is not None:
            self.app.push_screen(RequestMadeDialog(renewal.request.id))
            return
        job = partial(self.workspace.apns.request, self._need, email=renewal.owner)
        self.perform(job, self._requested, saying="Making a key and the request …")

    def _requested(self, request: SigningRequest) -> None:
        self._reload()
        self.app.push_screen(RequestMadeDialog(request.id))

    def _sign(self, renewal: PushRenewal, request: SigningRequest) -> None:
        if renewal.is_app:
            self.show_progress("An app's request goes to the portal as it is.")
            return
        job = partial(self.workspace.apns.sign, request.id)
        self.perform(job, partial(self._signed, request.id), saying="The vendor signs …")

    def _signed(self, id: int, data: bytes) -> None:
        says = "This is the file to upload to the portal: the request as the vendor signed it."
        dialog = SaveDialog("Save what the vendor signed", says, f"push-request-{id}.plist_encoded", data)
        self.app.push_screen(dialog, partial(self._kept, id))

    def _kept(self, id: int, path: Path | None) -> None:
        if path is not None:
            self._saved = (id, path)
            self._reload()

    def _uploaded(self, issued: PushCertificate | Component | None) -> None:
        if issued is not None:
            self._reload()
            self.show_progress(f"The portal issued #{issued.id}. 4 imports it.")

    def _import(self, renewal: PushRenewal, issued: PushCertificate) -> None:
        if renewal.topic_changes:
            question = TopicQuestion(renewal, issued, self._apple_devices())
            self.app.push_screen(question, lambda sure: self._complete(issued) if sure else None)
        else:
            self._complete(issued)

    def _complete(self, issued: PushCertificate) -> None:
        job = partial(self.workspace.apns.complete, issued.id, self._need)
        self.perform(job, self._done, saying="Importing …")

    def _done(self, component: PushCertificate | Component | None) -> None:
        if isinstance(component, Component):
            self._reload()
            self.show_progress(f"#{component.certificate_id} is in use.")

    # All at once, and what comes from elsewhere

    @on(Button.Pressed, "#all")
    def _all_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_all()

    def action_all(self) -> None:
        if not self.working:
            self.clear_refusal()
            self.app.push_screen(PushUploadDialog(self._renewal, all_steps=True), self._done)

    def action_file(self) -> None:
        if self.working:
            return
        self.clear_refusal()
        renewal = self._renewal
        if renewal.current is not None:
            self.app.push_screen(ReplaceDialog(renewal.current), self._replaced)
        else:
            self.app.push_screen(ImportDialog(renewal.request, use_as=UseAs.APNS), self._imported)

    def _replaced(self, result: ReplaceResult | None) -> None:
        if result is not None:
            self._reload()
            self.app.push_screen(ImportResultDialog(result.result, replacement=result))

    def _imported(self, result: ImportResult | None) -> None:
        if result is None:
            return
        self.app.push_screen(ImportResultDialog(result))
        entry = next((e for e in (*result.imported, *result.linked) if fits(need_of(self._need), e) is None), None)
        known = self.workspace.components.find(self._need)
        if entry is None or (known is not None and known.certificate_id == entry.id):
            self._reload()  # where nothing was bound, the import has bound it
        else:
            self.perform(partial(self.workspace.components.bind, self._need, entry.id), self._done)

    # Whose it is, and revoking

    def action_owner(self) -> None:
        if self._renewal.current is None:
            self.refused(Refusal("component-unknown", "no push certificate is in use yet", "Get or import one first."))
        elif not self.working:
            self.clear_refusal()
            self.app.push_screen(AppleIdDialog(self._renewal), self._registered)

    def _registered(self, record: PushCertificate | None) -> None:
        if record is not None:
            self._reload()
            self.show_progress(f"It belongs to {record.apple_id}.")

    def action_revoke(self) -> None:
        line = self.query_one(PortalTable).record
        if line is None or line.status is PortalStatus.REVOKED:
            self.show_progress("That one is revoked." if line else "The portal lists none.")
        elif not self.working:
            self.clear_refusal()
            self.app.push_screen(RevokePushDialog(line, self._need, self._apple_devices()), self._revoked)

    def _revoked(self, record: PushCertificate | None) -> None:
        if record is not None:
            self._reload()
            self.show_progress(f"#{record.id} is revoked.")

    def _apple_devices(self) -> int:
        devices = (row.device for row in self.console.fleet.rows.values())
        return sum(device.platform in APPLE and device.state.is_admitted for device in devices)
