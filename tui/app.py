"""The console's app: the workspace, the screens on their keys, the looks, and the feed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from rich.segment import Segment, Segments
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.screen import Screen

from ..store.persistence.database import Changes
from ..store.workspace import Workspace
from .commands import ActionCommands, CertificateCommands, PageCommands
from .feed import Feed
from .looks import Look
from .pages import PAGES
from .register import Register
from .screens.audit import AuditPage
from .screens.certificates import CertificatesPage
from .screens.detail_page import DetailPage
from .screens.help import HelpScreen
from .screens.overview import OverviewPage
from .screens.page import Page
from .screens.placeholder import PlaceholderPage
from .settings import Settings, settings_path
from .steady import Steady, log_trouble
from .wardrobe import Wardrobe

POLL_SECONDS = 0.25
NOTE_SECONDS = 12


class CertfleetApp(Steady, Wardrobe):
    """The console on one workspace.

    ``settings`` are those of the person; ``settings_file`` None keeps no change of them. ``steady`` off lets an
    unexpected error end the app, which is what a test wants.
    """

    CSS_PATH = "styles.tcss"
    TITLE = "certfleet"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_DISPLAY = "^p"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        **{page.name: partial(PlaceholderPage, page) for page in PAGES},
        "overview": OverviewPage,
        "certificates": CertificatesPage,
        "audit": AuditPage,
    }
    DEFAULT_MODE = "overview"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {
        PageCommands,
        ActionCommands,
        CertificateCommands,
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(number), f"page('{page.name}')", page.title, show=False) for number, page in enumerate(PAGES, 1)),
        Binding("t", "look", "Change the look", show=False),
        Binding("question_mark", "help", "Help", key_display="?"),
        Binding("q", "quit", "Quit", tooltip="Quit"),
        Binding("ctrl+q", "quit", "Quit", tooltip="Quit", show=False, priority=True),
    ]

    def __init__(
        self,
        workspace: Workspace,
        *,
        title: str | None = None,
        settings: Settings | None = None,
        settings_file: Path | None = None,
        steady: bool = True,
    ) -> None:
        super().__init__(settings or Settings(), settings_file)
        self.animation_level = "none"
        self.workspace = workspace
        self.register = Register(workspace)
        self.feed = Feed(workspace, self.register)
        self.workspace_title = title or ("in memory" if workspace.path is None else workspace.path.name)
        self.steady = steady
        self._polling_failed = False
        self._minute = ""
        self.dress()

    # Screens

    def action_page(self, name: str) -> None:
        self.switch_mode(name)

    def open_certificate(self, id: int) -> None:
        """Go to a certificate in the list."""
        self.switch_mode("certificates")
        while isinstance(self.screen, DetailPage):
            self.pop_screen()
        if isinstance(self.screen, CertificatesPage):
            self.call_after_refresh(self.screen.reveal, id)

    def action_look(self, name: str | None = None) -> None:
        super().action_look(name)
        self.note(f"Look: {self.look}")

    def action_help(self) -> None:
        self.push_screen(HelpScreen(self.screen))

    def action_help_quit(self) -> None:
        # Ctrl+C: people press it to get out.
        self.note("q quits.")

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        for look in Look:
            yield SystemCommand(f"Look: {look}", "Colours of the console", partial(self.action_look, look.value))
        yield SystemCommand("Help", "Keys and the filter language", self.action_help)
        yield SystemCommand("Quit", "Leave the console", self.exit)

    # The feed

    def on_mount(self) -> None:
        self.set_interval(POLL_SECONDS, self.poll_now)

    def poll_now(self) -> None:
        """Show what changed; called by the timer, and where somebody waits for it."""
        if not self.is_running:
            return
        try:
            changes = self.feed.poll()
        except Exception as error:  # noqa: BLE001 - a disk that is full now may have room later
            if not self._polling_failed:
                self._polling_failed = True
                self.notify(f"The workspace can't be read at the moment: {error}", severity="error", markup=False)
            return
        self._polling_failed = False
        if note := self.feed.note():
            self.note(note)
        minute = f"{self.workspace.now():%Y-%m-%d %H:%M}"
        time_passed = minute != self._minute
        self._minute = minute
        if changes is not None or (time_passed and self.register.retime()):
            self._spread(changes)
        elif time_passed:
            self._refresh_mastheads()

    def _spread(self, changes: Changes | None) -> None:
        visible = set(self.screen_stack)
        for screen in {screen for stack in self._screen_stacks.values() for screen in stack}:
            if isinstance(screen, Page):
                screen.follow(changes, visible=screen in visible)

    def _refresh_mastheads(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, Page):
                screen.refresh_masthead()

    def note(self, text: str) -> None:
        """Say something in the top line for a while."""
        self.current_note = text
        self._refresh_mastheads()
        self.set_timer(NOTE_SECONDS, partial(self._forget, text))

    current_note = ""

    def _forget(self, text: str) -> None:
        if self.current_note == text:
            self.current_note = ""
            self._refresh_mastheads()

    # Trouble

    def trouble(self, error: BaseException) -> None:
        """Tell of an unexpected error, and go on."""
        self.notify(log_trouble(error), title="An error of certfleet itself", severity="error", markup=False)

    def _fatal_error(self) -> None:
        # Textual's own report shows local variables, and a password may be among them.
        import sys

        error = sys.exc_info()[1]
        text = log_trouble(error) if error is not None else "The console ended unexpectedly."
        self._exit_renderables.append(Segments([Segment(f"{text} What was committed is safe.\n")]))
        self._close_messages_no_wait()


def run_console(workspace: Workspace, *, title: str | None = None) -> None:
    """Show the console on ``workspace`` until the user leaves it."""
    if workspace.vault.protection == "passphrase":
        workspace.vault.unlock()  # asks on the terminal, which is still the person's own
    path = settings_path()
    CertfleetApp(workspace, title=title, settings=Settings.load(path), settings_file=path).run()
