"""Adding and removing change freezes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from textual.widget import Widget

from ...store.model.site import Freeze
from ...store.printable import printable
from ...store.start_by.freezes import named, read_day
from ..dialogs.choice_fields import ChoiceField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, TextField

_ADD = "add"


def _adds(answers: dict[str, object]) -> bool:
    return answers["freeze"] == _ADD


class FreezesDialog(FormDialog[str]):
    """Returns a sentence about the freeze."""

    heading = "Change freezes"
    confirm_label = "Go ahead"
    changes = True
    AUTO_FOCUS = "#first"

    def compose_form(self) -> Iterable[Widget]:
        options: dict[str | Freeze, str] = {_ADD: "Add a change freeze"}
        options |= {one: f"Remove {printable(named(one))}" for one in self.workspace.site.get().freezes}
        yield Note("Days on which nobody starts a change, by UTC. The last days to start keep off them.")
        yield Note()
        yield ChoiceField("freeze", "Freeze", options, _ADD)
        blame = ["freeze-invalid"]
        today = self.workspace.now().date()
        yield TextField("first", "From", "", check=read_day, when=_adds, to_blame=blame, placeholder=f"such as {today}")
        yield TextField(
            "last",
            "To",
            "",
            check=lambda text: read_day(text) if text else None,
            when=_adds,
            placeholder="the same day",
        )
        yield TextField("why", "Reason", "", when=_adds, placeholder="such as end of the year")

    def work(self, freeze: str | Freeze, first: date | None = None, last: date | None = None, why: str = "") -> str:
        if isinstance(freeze, Freeze):
            self.workspace.site.remove_freeze(freeze.first, freeze.last)
            return f"Removed the change freeze {printable(named(freeze))}."
        assert first is not None
        added = Freeze(first=first, last=last or first, why=why.strip())
        self.workspace.site.add_freeze(added.first, added.last, added.why)
        return f"Added the change freeze {printable(named(added))}."
