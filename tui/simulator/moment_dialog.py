"""Keeping a moment under a name, and going back to one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from ...simulator.moments.going import go_to
from ...store.printable import printable
from ...store.views.kept_moment import moment_choice, moment_text
from ..dialogs.choice_fields import ChoiceField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, TextField

_KEEP = 0


def _keeps(answers: dict[str, object]) -> bool:
    return answers["what"] == _KEEP


class MomentDialog(FormDialog[str]):
    """Returns a sentence about the moment. Going back is shown with its difference before it is done."""

    heading = "Moments"
    confirm_label = "Go ahead"
    changes = True
    asks_first = False
    wide = True
    lists = ("moments",)

    def compose_form(self) -> Iterable[Widget]:
        self._offered = self._options()
        yield Note("Going back restores devices, certificates, settings and the clock. The audit trail stays.")
        yield Note()
        yield ChoiceField("what", "Moment", self._offered, _KEEP)
        yield TextField(
            "name", "Name", "", when=_keeps, to_blame=["moment-name-invalid", "moment-name-taken"], placeholder="a name"
        )

    def _options(self) -> dict[int, str]:
        moments = reversed(self.workspace.moments.all())
        there = {one.id: f"Go back to {printable(moment_choice(one))}" for one in moments}
        return {_KEEP: "Keep the present state under a name", **there}

    def reload(self) -> None:
        if (options := self._options()) != self._offered:
            self._offered = options
            self.query_one("#row-what", ChoiceField).offer(options)

    def command_words(self, what: int, name: str = "") -> Sequence[object]:
        if what != _KEEP:
            return "moment", "go", what
        return ("moment", "save", name) if name else ()

    def work(self, what: int, name: str = "") -> str:
        if what == _KEEP:
            return f"kept: {moment_text(self.workspace.moments.save(name))}"
        return f"went back: {moment_text(go_to(self.workspace, str(what)))}"
