"""Uploading a request to the push certificates portal, as an Apple ID."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from textual.widget import Widget
from textual.widgets import Input, Select, Static

from ...store.errors import Refusal
from ...store.model.component import Component
from ...store.model.push import PushCertificate
from ...store.printable import printable
from ..components.dialog import Dialog
from ..components.form import FormRow
from .renewal import PushRenewal
from .upload_warning import PushWarning

NEWEST, CREATE = "newest", "create"


@dataclass(frozen=True)
class PortalUpload:
    """What was answered. ``renew`` is the portal's number of the one to renew, None for the Apple ID's own."""

    apple_id: str
    renew: int | None
    create: bool
    bundle: str | None


class PushUploadDialog(Dialog[PushCertificate | Component]):
    """Gives what the portal issued; with ``all_steps`` all is done, from the request to the import, and it gives the
    component. Before anything is uploaded it tells what may go wrong with this Apple ID."""

    confirm_label = "Upload"
    AUTO_FOCUS = "#apple-id"

    def __init__(self, renewal: PushRenewal, *, all_steps: bool = False) -> None:
        super().__init__()
        self._renewal, self._all = renewal, all_steps
        self.heading = "Upload to the push certificates portal"
        if all_steps:
            self.heading, self.confirm_label = "Renew in the simulated portal, all steps at once", "Renew"
        self._answered: PortalUpload | None = None

    def compose_form(self) -> Iterable[Widget]:
        renewal = self._renewal
        if self._all:
            said = "Request, vendor's signature, upload and import. Where one of them is refused, nothing is changed."
            yield Static(said, classes="quiet", markup=False)
        yield Static("Sign in as the Apple ID that made the certificate: then its topic stays, and devices go on.")
        yield Static("")
        yield FormRow("Apple ID", Input(renewal.owner or "", id="apple-id", placeholder="it@example.com", compact=True))
        if renewal.is_app:
            if renewal.topic is None:
                yield FormRow("Bundle id", Input(id="bundle", placeholder="com.example.securemail", compact=True))
            return
        options = [("Renew the one of this Apple ID", NEWEST), ("Create a new one, with a new topic", CREATE)]
        for line in () if self._all else renewal.portal:
            if line.record.can_be_renewed:
                options.append((f"Renew #{line.id} of {printable(line.record.apple_id)}", str(line.id)))
        yield FormRow("Upload", Select(options, id="how", allow_blank=False, compact=True))

    def confirm(self) -> None:
        how = next((str(select.value) for select in self.query("#how").results(Select)), NEWEST)
        bundle = next((field.value.strip() for field in self.query("#bundle").results(Input)), "")
        self._answered = upload = PortalUpload(
            apple_id=self.query_one("#apple-id", Input).value,
            renew=int(how) if how.isdecimal() else None,
            create=how == CREATE,
            bundle=bundle or None,
        )
        if not upload.apple_id.strip():
            self.refused(Refusal("apple-id-missing", "no Apple ID is named", "Type the one that signs in."))
            return
        warn = partial(
            self.workspace.apns.warning,
            upload.apple_id,
            self._renewal.need,
            renew=upload.renew,
            create=upload.create,
        )
        self.perform(warn, partial(self._warned, upload), saying="Looking at the portal …")

    def _warned(self, upload: PortalUpload, warning: str | None) -> None:
        if warning is None:
            self._upload(upload)
        else:
            self.app.push_screen(PushWarning(warning), lambda sure: self._upload(upload) if sure else None)

    def _upload(self, upload: PortalUpload) -> None:
        if self._all:
            self.perform(partial(self._renew, upload), self.dismiss, saying="Making a key and the certificate …")
        else:
            self.perform(partial(self._send, upload), self.dismiss, saying="Uploading …")

    def _send(self, upload: PortalUpload) -> PushCertificate:
        renewal, apns = self._renewal, self.workspace.apns
        assert renewal.request is not None
        id = renewal.request.id
        return apns.upload(
            upload.apple_id,
            self.workspace.requests.pem(id) if renewal.is_app else apns.sign(id),
            renewal.need,
            renew=upload.renew,
            create=upload.create,
            bundle=upload.bundle,
            confirmed=True,
        )

    def _renew(self, upload: PortalUpload) -> Component:
        return self.workspace.apns.renew(
            upload.apple_id,
            self._renewal.need,
            create=upload.create,
            bundle=upload.bundle,
            confirmed=True,
        )
