"""Looking up the password of a keystore."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text
from textual.widget import Widget
from textual.widgets import Button, Static

from ...store.model.certificate import Certificate
from ...store.printable import printable
from ..components.question import Question
from ..components.text_styles import Tone, style_of
from ..components.wording import title_of


class PasswordDialog(Question[None]):
    """Asks first, since the look-up leaves a line in the audit trail and others may see the screen."""

    confirm_label: str | None = "Show it"
    grave = False

    def __init__(self, certificate: Certificate) -> None:
        super().__init__()
        self._certificate = certificate
        self.heading = f"Keystore password of {title_of(certificate)}"

    def compose_form(self) -> Iterable[Widget]:
        yield Static("It is shown on this screen, and the audit trail keeps that you looked.", id="shown-password")

    def confirm(self) -> None:
        self.perform(lambda: self.workspace.inventory.reveal_password(self._certificate.id), self._show)

    def _show(self, password: str) -> None:
        text = Text("The password is\n\n  ").append(printable(password), style_of(self.app, Tone.STRONG))
        text.append("\n\nClose it when you have it." if password else "\n\nIt is empty.", style_of(self.app, Tone.DIM))
        self.query_one("#shown-password", Static).update(text)
        self.confirm_label = None
        self.query_one("#confirm").remove()
        leave = self.query_one("#leave", Button)
        leave.label = "Close"
        leave.focus()
