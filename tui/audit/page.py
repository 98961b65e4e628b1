"""The audit trail, newest first, read page by page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType

from ...store.audit_filter import VALUES, Filter, parse_filter
from ...store.filter_completion import Values
from ...store.model.audit import AuditLine
from ...store.persistence.database import Changes
from ...store.seals.seals import Judgement, SealState
from ..components.text_styles import Tone
from ..lists.list_page import CLEAR, ListPage
from ..lists.list_table import ListTable
from ..lists.newest_first import NewestFirst
from ..shell.keys.keys import bound, keyed
from ..shell.repaint_throttle import RepaintThrottle
from .columns import COLUMNS
from .details_dialog import details_dialog
from .seal_dialog import seal_dialog
from .undo_question import UndoQuestion

PAGE = 500
MOST = 10 * PAGE  # lines that are kept while new ones come and nobody goes through the older ones


class AuditPage(ListPage[AuditLine]):
    """All changes and who made them."""

    page = "audit"
    filter_hint = "{filter} filters: words, user:ann action:certificate since:2026-01-05"
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("filter", "filter", "Filter"),
        bound("undo", "undo", "Undo", tooltip="Undo the change of this line"),
        bound("verify", "seal", "Verify", tooltip="How far the trail is sealed, and a seal to keep elsewhere"),
        CLEAR,
    ]

    def __init__(self) -> None:
        super().__init__()
        self._lines = NewestFirst[AuditLine](
            lambda count, before: self.workspace.audit.tail(count, before=before), PAGE
        )
        self._judgement: Judgement | None = None
        self._throttle = RepaintThrottle(self, self._show, rest=0.3)

    def make_table(self) -> ListTable[AuditLine]:
        return ListTable(COLUMNS, sort="at", reverse=True, marks=False, empty=self.no_records, id="table")

    def filter_values(self) -> Values:
        return VALUES

    def parse(self, text: str) -> Filter:
        return parse_filter(text)

    def show_state(self, changes: Changes | None) -> None:
        if changes is None:
            self._throttle.now()
        elif changes.touches("audit"):
            self._throttle()

    def _show(self) -> None:
        at_top = self.table.cursor == 0
        self._judgement = self.workspace.audit.judgement()
        self._lines.take_new(most=MOST if at_top and not self.filter_text.strip() else None)
        self.show_records(self._lines.records)
        if at_top:
            self.table.cursor = 0

    def amount(self) -> str:
        return super().amount() + ("" if self._lines.complete else " (older ones load at the end)")

    def remarks(self) -> Iterable[tuple[str, Tone]]:
        match self._judgement:
            case Judgement(state=SealState.BROKEN):
                yield keyed("cut or changed: {verify}"), Tone.EXPIRED
            case Judgement(state=SealState.SEALED):
                yield "sealed", Tone.DIM
            case Judgement():
                yield keyed("not sealed: {verify}"), Tone.DIM

    def action_seal(self) -> None:
        """Show what the seals say."""
        self.app.push_screen(seal_dialog(self.app, self.workspace, self.workspace.audit.judgement()))

    def action_undo(self) -> None:
        """Ask whether to undo the change of the line."""
        for line in self.targets()[:1]:
            self.app.push_screen(UndoQuestion(line, self.workspace.undoing.against(line.id)))

    def highlighted(self) -> None:
        if self._lines.take_older_near_end(self.table):
            self.show_records(self._lines.records)

    def opened(self, record: AuditLine) -> None:
        undoing = self.workspace.undoing
        dialog = details_dialog(self.app, record, undoing.against(record.id), undoing.commands(record.id))
        self.console.ask(dialog, lambda _: self.action_undo())
