"""Recording the Apple ID that a push certificate was created with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from ...store.model.push import PushCertificate
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, TextField
from .renewal import PushRenewal


class AppleIdDialog(FormDialog[PushCertificate]):
    """Returns the portal's record of it."""

    heading = "Apple ID of the push certificate"
    confirm_label = "Register"
    doing = "Registering …"

    def __init__(self, renewal: PushRenewal) -> None:
        super().__init__()
        self._renewal = renewal

    def compose_form(self) -> Iterable[Widget]:
        yield Note(
            "The one that signed in to Apple's portal when the certificate was made. With it the topic stays at a "
            "renewal; it gets the notices of its end, too."
        )
        yield Note()
        yield TextField("apple-id", "Apple ID", self._renewal.owner or "", placeholder="such as it@example.com")

    def command_words(self, apple_id: str) -> Sequence[object]:
        return ("apns", "register", "--apple-id", apple_id, "--need", self._renewal.need) if apple_id else ()

    def work(self, apple_id: str) -> PushCertificate:
        return self.workspace.apns.register(apple_id, self._renewal.need)
