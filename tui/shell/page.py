"""The base of the screens on the number keys: the masthead, the key bar, and following the feed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, ClassVar, TypeVar

from textual import events, work
from textual.app import ComposeResult
from textual.errors import NoWidget
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Input

from ...store.errors import Refusal
from ...store.persistence.database import Changes
from ...store.words import minute
from ...store.workspace import Workspace
from ...store.workspace_kind import kind_of
from ..scenario.strip import ScenarioStrip
from .console_app import ConsoleApp, console_of
from .error_boundary import ErrorBoundary
from .keys.key_bar import KeyBar
from .masthead import Masthead

Result = TypeVar("Result")
Breakpoints = list[tuple[int, str]]


def still_cursors(screen: Screen[Any]) -> None:
    """Stop cursors from blinking: over a slow line each blink is traffic, and nothing should move by itself."""
    for field in screen.query(Input):
        field.cursor_blink = False


def fitting(size: Size, across: Breakpoints | None, down: Breakpoints | None) -> Iterator[str]:
    """The classes of a screen of this size, as Textual chooses them when it gets its size."""
    for length, breakpoints in ((size.width, across), (size.height, down)):
        if found := [point for point in breakpoints or () if point[0] <= length]:
            yield max(found)[1]


class Page(ErrorBoundary, Screen[None]):
    """A screen that fills the terminal and shows the current workspace.

    ``page`` is the mode that it belongs to. Subclasses compose with ``compose_page`` and show the current state in
    ``show_state``, which is called after every change.
    """

    page: ClassVar[str] = ""
    AUTO_FOCUS = "ListTable"

    def __init__(self) -> None:
        super().__init__()
        self._stale = True
        self._aged = False  # time has passed while it was hidden
        # What is mounted gets its styles then: without these two, Textual would give all of it the same twice more.
        self._css_update_count = self.app._css_update_count
        self.set_classes(fitting(self.app.size, self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS))

    @property
    def console(self) -> ConsoleApp:
        return console_of(self)

    @property
    def workspace(self) -> Workspace:
        return self.console.workspace

    def compose(self) -> ComposeResult:
        yield Masthead()
        yield ScenarioStrip()
        yield from self.compose_page()
        yield KeyBar()

    def compose_page(self) -> ComposeResult:
        """The widgets between the masthead and the footer."""
        yield from ()

    def show_state(self, changes: Changes | None) -> None:
        """Show the current state. ``changes`` is None if everything should be read again, and without tables if only
        time has passed."""

    @work(thread=True, exit_on_error=False, group="page")
    def do(
        self, what: Callable[[], Result], then: Callable[[Result], object], refused: Callable[[Refusal], object]
    ) -> None:
        """Run something in the background: while a simulator writes, it may have to wait for a moment."""
        try:
            with self.console.feed.own():
                result = what()
        except Refusal as refusal:
            self.app.call_from_thread(refused, refusal)
        except Exception as error:  # noqa: BLE001 - told calmly
            self.app.call_from_thread(self.console.trouble, error)
        else:
            self.app.call_from_thread(self.console.poll_now)
            self.app.call_from_thread(then, result)

    @property
    def mode_page(self) -> str:
        """The screen that the masthead marks."""
        return self.page

    def on_mount(self) -> None:
        still_cursors(self)
        # Asked for the first time while a widget appears, Textual would take it for one that was told its size.
        self.call_after_refresh(self._be_found)

    def _be_found(self) -> None:
        with suppress(NoWidget):  # it isn't laid out if another screen was put above it meanwhile
            self.find_widget(self)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        event.refresh_styles = False  # they are kept while it is hidden: other themes reach it before it is shown
        stale, aged = self._stale, self._aged
        self._stale = self._aged = False
        if stale or aged:
            self.show_state(None if stale else Changes({}))
        self.refresh_masthead()

    def follow(self, changes: Changes | None, *, visible: bool) -> None:
        """The workspace changed, or time has passed. A hidden page updates when it is shown again."""
        if not visible or not self.is_mounted:
            self._aged = True
            self._stale = self._stale or changes is None or bool(changes.tables)
            return
        self.show_state(changes)
        self.refresh_masthead()

    def follow_simulation(self) -> None:
        """The simulator was started or stopped, or its speed changed."""
        self.refresh_masthead()

    def refresh_masthead(self) -> None:
        """Update the top lines."""
        for strip in self.query(ScenarioStrip):
            strip.glance = self.console.scenario.glance
        for masthead in self.query(Masthead):
            with suppress(Refusal):  # the feed tells that the workspace can't be read; a timer comes here, too
                masthead.kind = kind_of(self.workspace.database, self.workspace.audit)
            masthead.page = self.mode_page
            masthead.title = self.console.workspace_title
            masthead.counts = dict(self.console.certificates.counts())
            masthead.note = self.console.current_note
            masthead.clock = f"{minute(self.console.fleet.moment.now)} UTC"
            masthead.standing = self.console.simulation.standing
            masthead.unread = self.console.notice_delivery.unread
