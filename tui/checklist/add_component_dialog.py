"""Adding a component of a need that may have several: the choice of the need."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from ...store.components.needs import BY_ID, NEEDS, Need
from ..dialogs.choice_fields import RadioField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note
from .wording import stops_text

SEVERAL = {need.id: need.title for need in NEEDS if need.several}


class AddComponentDialog(FormDialog[Need]):
    """Returns the need; ``likely`` is preselected if it may have several components."""

    heading = "Add to the checklist"
    wide = True
    confirm_label = "Next"
    AUTO_FOCUS = "ArrowChoice"

    def __init__(self, likely: Need | None = None) -> None:
        super().__init__()
        self._likely = None if likely is None else likely.id

    def compose_form(self) -> Iterable[Widget]:
        yield Note("Of these there may be several, each with a name of its own.", "quiet")
        yield RadioField("need", None, SEVERAL, self._likely)
        yield Note(id="says")

    def follow_answers(self) -> None:
        super().follow_answers()
        need = BY_ID[self.answers["need"]]
        self.query_one("#says", Note).update(f"Told apart by {need.named}. Without it: {stops_text(need)}.")

    def work(self, need: str) -> Need:
        return BY_ID[need]
