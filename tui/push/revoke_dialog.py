"""Revoking a certificate in the push certificates portal."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from ...store.impact.needs import need_of
from ...store.model.push import PushCertificate
from ...store.printable import printable
from ...store.words import plural
from ..checklist.wording import stops_text
from ..components.question import Question
from .renewal import PortalLine


class RevokePushDialog(Question[PushCertificate]):
    """Gives the certificate as it is then. ``devices`` is how many Apple devices are enrolled."""

    confirm_label = "Revoke"

    def __init__(self, line: PortalLine, need: str, devices: int) -> None:
        super().__init__()
        self._line, self._need, self._devices = line, need, devices
        self.heading = f"Revoke push certificate #{line.id}"

    def compose_form(self) -> Iterable[Widget]:
        record = self._line.record
        yield Static(
            f"{printable(record.name)}, of {printable(record.apple_id)}. It can't be taken back.", markup=False
        )
        yield Static(self._consequence(), classes="strong", markup=False)

    def _consequence(self) -> str:
        if not self._line.in_use:
            return "It is not the one in use: nothing stops here."
        stops = stops_text(need_of(self._need))
        if self._need != "apns":
            return f"It is in use: {stops}."
        return f"It is in use: {plural(self._devices, 'Apple device')} must re-enroll; until there is another, {stops}."

    def confirm(self) -> None:
        record = self._line.record
        self.perform(lambda: self.workspace.apns.revoke(record.apple_id, record.id), self.dismiss, saying="Revoking …")
