"""A line for a password: hidden as it is typed, and shown when asked for."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Input, Static

from ..shell.keys.keys import bound, keyed


class PasswordInput(Input):
    """Hidden again once it is left. Posts ``Shown`` when it is shown or hidden."""

    class Shown(Message):
        """The password is shown from now on, or hidden."""

    BINDINGS: ClassVar[list[BindingType]] = [bound("reveal", "reveal", show=False)]

    def __init__(self, *, id: str, placeholder: str = "") -> None:
        super().__init__(id=id, placeholder=placeholder, password=True, compact=True)

    def action_reveal(self) -> None:
        """Show the password, or hide it."""
        self.password = not self.password
        self.post_message(self.Shown())

    def on_blur(self) -> None:
        if not self.password:
            self.action_reveal()


class Reveal(Static):
    """Says which key shows the password beside it, or hides it; a click does the same."""

    def __init__(self, line: PasswordInput) -> None:
        super().__init__("", classes="reveal", markup=False)
        self._line = line
        self.say()

    def say(self) -> None:
        """Update the words."""
        self.update(keyed("{reveal} shows it" if self._line.password else "{reveal} hides it"))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        event.stop()
        event.prevent_default()  # the line keeps the focus, which would hide it again
        self._line.action_reveal()
