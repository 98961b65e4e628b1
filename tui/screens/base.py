"""What all screens have in common: the masthead and the footer, following the feed; and what dialogs have."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from ...store.errors import Refusal
from ...store.persistence.database import Changes
from ...store.workspace import Workspace
from ..steady import Steady
from ..widgets.key_bar import KeyBar
from ..widgets.masthead import Masthead
from ..widgets.refusal_panel import RefusalPanel
from ..wording import minute

if TYPE_CHECKING:
    from ..app import CertfleetApp

Result = TypeVar("Result")
Answer = TypeVar("Answer")


def console_of(widget: Widget) -> CertfleetApp:
    """The app, as what it is."""
    return cast("CertfleetApp", widget.app)


def still_cursors(screen: Screen[Any]) -> None:
    """Let no cursor blink: over a slow line each blink is traffic, and nothing should move by itself."""
    for field in screen.query(Input):
        field.cursor_blink = False


class Page(Steady, Screen[None]):
    """A screen that fills the terminal and shows the workspace as it is now.

    ``page`` is the mode that it belongs to. Subclasses compose with ``compose_page`` and show the current state
    in ``show_state``, which is called whenever something changed.
    """

    page: ClassVar[str] = ""
    AUTO_FOCUS = "RecordTable"

    def __init__(self) -> None:
        super().__init__()
        self._stale = True

    @property
    def console(self) -> CertfleetApp:
        return console_of(self)

    @property
    def workspace(self) -> Workspace:
        return self.console.workspace

    def compose(self) -> ComposeResult:
        yield Masthead()
        yield from self.compose_page()
        yield KeyBar()

    def compose_page(self) -> ComposeResult:
        """What is between the masthead and the footer."""
        yield from ()

    def show_state(self, changes: Changes | None) -> None:
        """Show the state of things; ``changes`` None when only time passed, or when more is to be looked at."""

    @property
    def mode_page(self) -> str:
        """The screen of the number keys that is marked in the masthead."""
        return self.page

    def on_mount(self) -> None:
        still_cursors(self)

    def on_screen_resume(self) -> None:
        if self._stale:
            self._stale = False
            self.show_state(None)
        self.refresh_masthead()

    def follow(self, changes: Changes | None, *, visible: bool) -> None:
        """Something changed in the workspace; a page that nobody sees looks when it is seen again."""
        if not visible or not self.is_mounted:
            self._stale = True
            return
        self.show_state(changes)
        self.refresh_masthead()

    def refresh_masthead(self) -> None:
        """Bring the top line up to date."""
        if not self.is_mounted:
            return
        masthead = self.query_one(Masthead)
        masthead.page = self.mode_page
        masthead.title = self.console.workspace_title
        masthead.counts = dict(self.console.register.counts())
        masthead.note = self.console.current_note
        masthead.clock = f"{minute(self.workspace.now())} UTC"


class Dialog(Steady, ModalScreen[Result], Generic[Result]):
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
    def console(self) -> CertfleetApp:
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
                yield Static("", id="progress")
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
        yield Button(self.leave_label or ("Cancel" if self.confirm_label else "Close"), id="leave", compact=True)

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
