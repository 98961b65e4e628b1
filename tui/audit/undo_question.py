"""Undoing a change: what it was, what taking it back would change, and whether to do it."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from ...store.errors import Refusal
from ...store.model.audit import AuditLine
from ...store.printable import printable
from ...store.undoing.undoing import Undone
from ...store.views.audit_line import who
from ...store.words import moment
from ..dialogs.form_fields import Note
from ..dialogs.question import Question
from ..dialogs.refusal_panel import RefusalPanel


class UndoQuestion(Question[Undone]):
    """Asks whether to undo the change of an audit line, or says by ``refusal`` why that can't be."""

    def __init__(self, line: AuditLine, refusal: Refusal | None = None) -> None:
        self._line, self._refusal = line, refusal
        heading = "Undo this change?" if refusal is None else "This change can't be undone"
        super().__init__(heading, "Undo" if refusal is None else None, doing="Undoing …", grave=False)
        self.changes = refusal is None

    def compose_form(self) -> Iterable[Widget]:
        line = self._line
        yield Note(printable(line.summary), "strong")
        yield Note(f"Audit line {line.id}, {printable(who(line))}, {moment(line.at)}", "quiet")
        if self._refusal is not None:
            yield RefusalPanel(self._refusal)
        else:
            yield Note("It is put back by the same rules as any change. Undoing the undo does it again.", "quiet")

    def work(self) -> Undone:
        return self.workspace.undoing.undo(self._line.id)

    def told(self, result: Undone) -> str:
        return f"Undone: {printable(result.undone.summary)}"
