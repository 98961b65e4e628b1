"""What all dialogs have in common: their frame, how they are left and confirmed, and long work."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Generic, TypeVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from ...store.errors import Refusal
from ...store.workspace import Workspace
from ..shell.console_app import ConsoleApp, console_of
from ..shell.error_boundary import ErrorBoundary
from ..shell.page import still_cursors
from .refusal_panel import RefusalPanel

Result = TypeVar("Result")
Answer = TypeVar("Answer")


class Dialog(ErrorBoundary, ModalScreen[Result], Generic[Result]):
    """A box over the screen: Esc leaves it, Enter in a field confirms, long work leaves it responsive.

    Subclasses compose with ``compose_form``, and do what they are for in ``confirm``.
    """

    heading: str = ""
    confirm_label: str | None = "OK"
    leave_label: str | None = None
    wide: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel"),
        Binding("left", "app.focus_previous", "Field before", show=False),
        Binding("right", "app.focus_next", "Next field", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.working = False

    @property
    def console(self) -> ConsoleApp:
        return console_of(self)

    @property
    def workspace(self) -> Workspace:
        return self.console.workspace

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="-wide" if self.wide else ""):
            yield Static(self.heading, id="heading", markup=False)
            with VerticalScroll(id="form", can_focus=False):
                yield from self.compose_form()
                yield RefusalPanel(id="refusal")
            with Horizontal(id="buttons"):
                yield Static("", id="progress", markup=False)
                yield from self.compose_buttons()

    def on_mount(self) -> None:
        still_cursors(self)

    def on_resize(self, event: events.Resize) -> None:
        # What is around the form: frame, heading and buttons; the rest of a small terminal is the form's.
        around = 6 + self.query_one("#heading").size.height
        self.query_one("#form").styles.max_height = max(3, event.size.height - around)

    def compose_form(self) -> Iterable[Widget]:
        """The dialog's fields."""
        yield from ()

    def compose_buttons(self) -> Iterable[Widget]:
        """The buttons at the bottom."""
        if self.confirm_label is not None:
            yield Button(self.confirm_label, id="confirm", variant="primary", compact=True)
        yield self.leave_button()

    def leave_button(self) -> Button:
        """The button that leaves without doing anything."""
        label = self.leave_label or ("Close" if self.confirm_label is None else "Cancel")
        return Button(label, id="leave", compact=True)

    def confirm(self) -> None:
        """Do it."""

    def action_leave(self) -> None:
        if self.working:
            self.show_progress("Still working; it can't be stopped half-way.")
        else:
            self.dismiss(None)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.press_confirm()

    @on(Button.Pressed, "#confirm")
    def _confirm_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.press_confirm()

    @on(Button.Pressed, "#leave")
    def _leave_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_leave()

    def press_confirm(self) -> None:
        """Confirm, unless work is under way."""
        if not self.working:
            self.clear_refusal()
            self.confirm()

    # Long work

    def perform(self, job: Callable[[], Answer], done: Callable[[Answer], Any], *, saying: str = "Working …") -> None:
        """Run ``job`` beside the screen, then ``done`` with what it gave. A refusal is shown in the dialog."""
        if self.working:
            return
        self.working = True
        self.show_progress(saying)
        self._run(job, done)

    @work(thread=True, exit_on_error=False)
    def _run(self, job: Callable[[], Answer], done: Callable[[Answer], Any]) -> None:
        try:
            with self.console.feed.own():
                answer = job()
        except Refusal as refusal:
            self.app.call_from_thread(self._ended, self.refused, refusal)
        except Exception as error:  # noqa: BLE001 - told calmly, the input stays
            self.app.call_from_thread(self._ended, self.console.trouble, error)
        else:
            self.app.call_from_thread(self._ended, done, answer)

    def _ended(self, then: Callable[[Any], Any], value: Any) -> None:
        self.working = False
        if self.is_attached:
            self.show_progress("")
            self.console.poll_now()
            then(value)

    def show_progress(self, text: str) -> None:
        """Say what is under way, beside the buttons."""
        self.query_one("#progress", Static).update(text)

    def refused(self, refusal: Refusal) -> None:
        """Show why it was refused; what was typed stays."""
        self.query_one(RefusalPanel).show(refusal)

    def clear_refusal(self) -> None:
        """Take away what was refused before."""
        self.query_one(RefusalPanel).clear()
