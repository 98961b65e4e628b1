"""Writing down which Apple ID a push certificate was made with."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual.widget import Widget
from textual.widgets import Input, Static

from ...store.model.push import PushCertificate
from ..components.dialog import Dialog
from ..components.form import FormRow
from .renewal import PushRenewal


class AppleIdDialog(Dialog[PushCertificate]):
    """Gives what the portal lists it as from then on."""

    heading = "Apple ID of the push certificate"
    confirm_label = "Register"

    def __init__(self, renewal: PushRenewal) -> None:
        super().__init__()
        self._renewal = renewal

    def compose_form(self) -> Iterable[Widget]:
        yield Static(
            "The one that signed in to Apple's portal when the certificate was made. With it the topic stays at a "
            "renewal; it gets the notices of its end, too.",
            markup=False,
        )
        yield Static("")
        owner = self._renewal.owner or ""
        yield FormRow("Apple ID", Input(owner, id="apple-id", placeholder="it@example.com", compact=True))

    def confirm(self) -> None:
        apple_id = self.query_one("#apple-id", Input).value
        job = partial(self.workspace.apns.register, apple_id, self._renewal.need)
        self.perform(job, self.dismiss, saying="Registering …")
