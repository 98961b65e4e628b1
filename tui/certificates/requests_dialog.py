"""The signing requests, waiting and answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from ...store.inventory.sources import ImportResult
from ...store.model.request import SigningRequest
from ...store.views.certificate import USES, key_of, name_text
from ...store.views.request import request_state
from ...store.words import minute
from ..components.key_hints import KeyHints
from ..components.text_styles import Tone
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note
from ..dialogs.question import Question
from ..lists.columns import Column
from ..lists.list_table import ListTable
from ..shell.keys.keys import bound, keyed
from .import_dialog import ImportDialog
from .request_dialog import RequestDialog, RequestMadeDialog


def _state(request: SigningRequest) -> str:
    return f"{'○' if request.completed_by is None else '●'} {request_state(request)}"


_COLUMNS = (
    Column[SigningRequest]("id", "#", lambda request: str(request.id), lambda request: request.id, width=4, right=True),
    Column[SigningRequest]("state", "State", _state, None, lambda r: Tone.DIM if r.completed_by else Tone.PENDING, 16),
    Column[SigningRequest]("subject", "Subject", lambda request: name_text(request.subject), width=20, grow=1),
    Column[SigningRequest]("key", "Key", key_of, width=9, keep=2),
    Column[SigningRequest]("use", "Use as", lambda request: USES[request.use_as], width=12, keep=3),
    Column[SigningRequest]("made", "Made", lambda request: minute(request.created_at), width=16, keep=1),
)


class RequestsDialog(FormDialog[ImportResult]):
    """Returns the import result if an answer was imported from here."""

    heading = "Signing requests"
    confirm_label = None
    wide = True
    lists = ("requests",)
    AUTO_FOCUS = "ListTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("import", "answer", "Import the answer"),
        bound("new", "new", "New"),
        bound("delete", "cancel", "Cancel it"),
    ]

    def compose_form(self) -> Iterable[Widget]:
        yield ListTable[SigningRequest](
            _COLUMNS, sort="state", marks=False, empty=keyed("No request. {new} makes one."), id="requests"
        )
        yield KeyHints("{open} shows it", "{import} imports the answer", "{new} makes a new one", "{delete} cancels it")

    @property
    def table(self) -> ListTable[SigningRequest]:
        """The requests."""
        return self.query_one("#requests", ListTable)

    def on_mount(self) -> None:
        self.reload()

    def reload(self) -> None:
        self.table.set_rows(self.workspace.requests.list())

    @on(ListTable.Opened, "#requests")
    def _opened(self, event: ListTable.Opened) -> None:
        self.app.push_screen(RequestMadeDialog(event.record.id))

    def action_answer(self) -> None:
        request = self.table.record
        if request is None or request.completed_by is not None:
            self.show_progress("That one has its answer." if request else "")
        else:
            self.console.ask(ImportDialog(request), self.dismiss)

    def action_new(self) -> None:
        self.console.ask(RequestDialog(), self._made)

    def _made(self, id: int) -> None:
        self.reload()
        self.app.push_screen(RequestMadeDialog(id))

    def action_cancel(self) -> None:
        if (request := self.table.record) is not None:
            self.console.ask(self._cancel_question(request), lambda _: self.reload())

    def _cancel_question(self, request: SigningRequest) -> Question[SigningRequest]:
        return Question(
            f"Cancel request {request.id}?",
            "Cancel the request",
            Note(name_text(request.subject)),
            Note("Its key is deleted: an answer to it could not be used any more.", "strong"),
            no="Keep it",
            job=lambda: self.workspace.requests.cancel(request.id),
        )
