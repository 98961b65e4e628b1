"""A notice, to read."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from ...store.model.notice import Notice
from ...store.printable import printable
from ..components.dialog import Dialog
from .details import notice_body
from .links import about_text


class Wish(StrEnum):
    """What the reader wants next."""

    GO = "go"
    RETRY = "retry"


class NoticeDialog(Dialog[Wish]):
    """Gives what the reader wants next: to go to what it is about, or to try its delivery again."""

    confirm_label = None
    wide = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "leave", "Close", show=False),
        Binding("g", "wish('go')", "Go there", show=False),
        Binding("y", "wish('retry')", "Try again", show=False),
    ]

    def __init__(self, notice: Notice) -> None:
        super().__init__()
        self._notice = notice
        self.heading = printable(notice.title)

    def compose_form(self) -> Iterable[Widget]:
        text = Static(id="notice-text")
        text.update(
            notice_body(
                self.app,
                self._notice,
                self.workspace.outbox.list_for(self._notice.id),
                self.workspace.deliveries.get(),
                about=about_text(self._notice, self.console),
                unread=False,
            )
        )
        yield text

    def action_wish(self, what: str) -> None:
        self.dismiss(Wish(what))
