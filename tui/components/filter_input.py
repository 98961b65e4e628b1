"""The filter line."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Input

from ..shell.keys import bound, keyed

_HINT = "{filter} filters: words, status:expired use:apns days:<30 …"


class FilterInput(Input):
    """Enter and the down arrow go to the list and keep the filter; Esc clears it first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bound("open", "leave(False)", "To the list"),
        bound("browse", "leave(False)", "To the list", show=False),
        bound("back", "leave(True)", "Clear"),
    ]

    class Left(Message):
        """The person goes back to the list."""

        def __init__(self, clear: bool) -> None:
            super().__init__()
            self.clear = clear

    def __init__(
        self, *, placeholder: str = "{filter} filters: words, status:expired use:apns days:<30 …", id: str
    ) -> None:
        super().__init__(placeholder=keyed(placeholder), id=id, compact=True, select_on_focus=False)

    def action_leave(self, clear: bool) -> None:
        self.post_message(self.Left(clear))
