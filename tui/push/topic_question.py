"""Whether a push certificate of another topic is to be used."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from ...store.model.push import PushCertificate
from ...store.printable import printable
from ...store.words import plural
from ..components.question import Question
from ..components.wording import title_of
from .renewal import PushRenewal


class TopicQuestion(Question[bool]):
    """``devices`` is how many Apple devices are enrolled."""

    heading = "Use a push certificate of another topic?"
    confirm_label = "Use it"

    def __init__(self, renewal: PushRenewal, issued: PushCertificate, devices: int) -> None:
        super().__init__()
        self._renewal, self._issued, self._devices = renewal, issued, devices

    def compose_form(self) -> Iterable[Widget]:
        current = self._renewal.current
        used = "" if current is None else f", and {title_of(current)} is of {printable(self._renewal.topic or 'none')}"
        yield Static(f"What the portal issued is of topic {printable(self._issued.topic)}{used}.", markup=False)
        if not self._renewal.is_app:
            said = f"With it {plural(self._devices, 'Apple device')} must re-enroll."
            yield Static(said, classes="strong", markup=False)

    def confirm(self) -> None:
        self.dismiss(True)
