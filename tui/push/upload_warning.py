"""What should be known before an upload to the push certificates portal."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from ...store.printable import printable
from ..components.question import Question


class PushWarning(Question[bool]):
    """Whether it is to be uploaded all the same."""

    heading = "Upload all the same?"
    confirm_label = "Upload all the same"

    def __init__(self, warning: str) -> None:
        super().__init__()
        self._warning = printable(warning)

    def compose_form(self) -> Iterable[Widget]:
        yield Static(f"{self._warning[:1].upper()}{self._warning[1:]}.", classes="strong", markup=False)
        yield Static("Nothing has been uploaded yet.", classes="quiet")

    def confirm(self) -> None:
        self.dismiss(True)
