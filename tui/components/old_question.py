"""Asking before something that can't be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Button

from .dialog import Dialog

Result = TypeVar("Result")


class Question(Dialog[Result]):
    """A dialog that y confirms; Enter alone doesn't, since the button that leaves has the focus.

    ``confirm_label`` None leaves nothing to confirm. ``grave`` colours the button.
    """

    AUTO_FOCUS = "#leave"
    grave: ClassVar[bool] = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("y", "yes", "Confirm", show=False)]

    def compose_buttons(self) -> Iterable[Widget]:
        if self.confirm_label is not None:
            variant = "error" if self.grave else "primary"
            yield Button(f"{self.confirm_label} (y)", id="confirm", variant=variant, compact=True)  # type: ignore[arg-type]
        yield self.leave_button()

    def action_yes(self) -> None:
        if self.confirm_label is not None:
            self.press_confirm()
