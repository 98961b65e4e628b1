"""The console's app: the workspace, the screens on their keys, the looks, and the feed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from rich.segment import Segment, Segments
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.filter import LineFilter, NoColor
from textual.screen import Screen

from ..store.persistence.database import Changes
from ..store.workspace import Workspace
from .commands import ActionCommands, CertificateCommands, PageCommands
from .feed import Feed
from .looks import THEMES, VARIABLE_DEFAULTS, Look
from .pages import PAGES
from .register import Register
from .screens.audit import AuditPage
from .screens.base import Page
from .screens.certificate_page import DetailPage
from .screens.certificates import CertificatesPage
from .screens.help import HelpScreen
from .screens.overview import OverviewPage
from .screens.placeholder import PlaceholderPage
from .settings import Settings, settings_path
from .steady import Steady, log_trouble

POLL_SECONDS = 0.25
NOTE_SECONDS = 12


class CertfleetApp(Steady, App[None]):
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
        Binding("t", "look", "Look: dark, light, 16 colours, none", show=False),
        Binding("question_mark", "help", "Help", key_display="?"),
        Binding("q", "quit", "Quit"),
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
        self._no_color = NoColor(enabled=False)
        super().__init__()
        self.animation_level = "none"
        self.workspace = workspace
        self.register = Register(workspace)
        self.feed = Feed(workspace, self.register)
        self.workspace_title = title or ("in memory" if workspace.path is None else workspace.path.name)
        self.steady = steady
        self.settings = settings or Settings()
        self._settings_file = settings_file
        self._polling_failed = False
        self._minute = ""
        for theme in THEMES:
            self.register_theme(theme)
        self.look = Look.PLAIN if self.no_color else self.settings.look or self._usual_look()

    # Looks

    def _usual_look(self) -> Look:
        return Look.ANSI if self.console.color_system == "standard" else Look.DARK

    @property
    def look(self) -> Look:
        """The look that is on."""
        return self._look

    @look.setter
    def look(self, look: Look) -> None:
        self._look = look
        self.no_color = self._no_color.enabled = look is Look.PLAIN
        self.theme = look.theme

    def get_line_filters(self) -> list[LineFilter]:
        return [*super().get_line_filters(), *([self._no_color] if self._no_color.enabled else [])]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return VARIABLE_DEFAULTS

    def action_look(self, name: str | None = None) -> None:
        self.look = self.look.next if name is None else Look(name)
        self.settings.look = self.look
        if self._settings_file is not None:
            self.settings.save(self._settings_file)
        self.note(f"Look: {self.look}")

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

    def action_help(self) -> None:
        self.push_screen(HelpScreen(self.screen))

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
