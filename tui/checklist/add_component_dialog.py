"""Adding a component of which there may be several: which need it is for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import RadioSet, Static

from ...store.impact.checklist import group_title
from ...store.impact.needs import NEEDS, Need
from ..components.choices import RadioOption
from ..components.dialog import Dialog
from ..devices.secure_dialog import ActionChoice
from .wording import stops_text

SEVERAL = tuple(need for need in NEEDS if need.several)


class AddComponentDialog(Dialog[Need]):
    """Gives the need; ``likely`` is chosen where there may be several of it."""

    heading = "Add to the checklist"
    confirm_label = "Next"
    AUTO_FOCUS = "ActionChoice"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "confirm", "Next", show=False)]

    def __init__(self, likely: Need | None = None) -> None:
        super().__init__()
        self._likely = likely if likely in SEVERAL else SEVERAL[0]

    def compose_form(self) -> Iterable[Widget]:
        yield Static("Of these there may be several, each with a name of its own.", classes="quiet")
        yield ActionChoice(
            *(RadioOption(f"{need.title} ({group_title(need.group)})", value=need is self._likely) for need in SEVERAL),
            compact=True,
        )
        yield Static("", id="says", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self._say()

    @property
    def need(self) -> Need:
        """The one that is chosen."""
        return SEVERAL[max(0, self.query_one(ActionChoice).pressed_index)]

    @on(RadioSet.Changed)
    def _changed(self, event: RadioSet.Changed) -> None:
        event.stop()
        self._say()

    def _say(self) -> None:
        need = self.need
        self.query_one("#says", Static).update(f"Told apart by {need.named}. Without it: {stops_text(need)}.")

    def action_confirm(self) -> None:
        self.press_confirm()

    def confirm(self) -> None:
        self.dismiss(self.need)
