"""The dialog that shows a notice."""

from __future__ import annotations

from textual.app import App

from ...store.model.notice import Notice
from ...store.printable import printable
from ..dialogs.details_dialog import DetailsDialog
from ..dialogs.form_fields import Note
from ..shell.console_app import console_of
from .details import notice_body
from .links import about_text

GO, RETRY = "go", "retry"


def details_dialog(app: App[object], notice: Notice) -> DetailsDialog[str]:
    """Returns what the reader wants next: go to the subject, or retry the delivery."""
    console = console_of(app)
    body = notice_body(
        app,
        notice,
        console.workspace.outbox.list_for(notice.id),
        console.workspace.deliveries.get(),
        about=about_text(notice, console),
        unread=False,
        now=console.workspace.now(),
    )
    return DetailsDialog(printable(notice.title), Note(body), wishes={"follow": GO, "again": RETRY})
