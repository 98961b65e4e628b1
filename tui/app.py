"""The console's app: the workspace, the screens on their keys, the looks, and the feed."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from textual import work
from textual.app import SystemCommand
from textual.binding import BindingType
from textual.command import Provider
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import AwaitMount, Widget

from ..store.backups.daily_thread import DailyBackups
from ..store.errors import Refusal
from ..store.workspace import Workspace
from .audit.looking_back import LookingBack
from .certificates.certificate_rows import CertificateRows
from .devices.device_rows import DeviceRows
from .lists.list_page import SIDE_BY_SIDE
from .notices.background_delivery import NoticeDelivery
from .scenario.watch import ScenarioWatch
from .screens import SCREENS, new_screen
from .shell.error_boundary import ErrorBoundary
from .shell.feed import Feed
from .shell.following import READ_SECONDS, Following
from .shell.help import Helping
from .shell.keys.keys import bound, keyed
from .shell.page import Page
from .shell.pages import PAGES
from .shell.palette.command_palette import Commanding
from .shell.palette.commands import ActionCommands, CertificateCommands, DeviceCommands, PageCommands
from .shell.palette.elsewhere import ElsewhereCommands
from .shell.pasting import Pasting
from .shell.settings import ConsoleSettings
from .shell.theme_switch import ThemedApp
from .shell.tiny_terminal import TinyTerminal
from .shell.travelling import TRAVEL_KEYS, Travelling
from .shell.using_lists import UsingLists
from .simulator.control import Simulation
from .terminal.ending import Ending
from .themes.themes import Look

Answer = TypeVar("Answer")
SIMULATION_SECONDS = 1.0
PRELOAD_SECONDS = 1.0  # after the first picture
NOTE_SECONDS = 12
STOP_SECONDS = 2.0  # the longest that going to the shell waits for a change that is being written


class CertfleetApp(
    Travelling,
    Helping,
    Commanding,
    UsingLists,
    LookingBack,
    Following,
    TinyTerminal,
    ErrorBoundary,
    ThemedApp,
    Pasting,
):
    """The console for one workspace.

    ``simulate_at`` starts the simulator at once, at this speed. ``settings`` are the person's. ``deliver``
    turns the delivery of notices on or off while the console is open; None delivers those of a workspace in a folder.
    With ``steady`` off, an unexpected error ends the app, as tests want. ``ending`` is told when the terminal is gone.
    """

    CSS_PATH = "styles.tcss"
    TITLE = "certfleet"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_DISPLAY = "^p"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {name: partial(new_screen, name) for name in SCREENS}
    DEFAULT_MODE = "overview"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {
        PageCommands,
        ActionCommands,
        ElsewhereCommands,
        CertificateCommands,
        DeviceCommands,
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            bound(f"screen-{number}", f"page('{page.name}')", page.title, show=False)
            for number, page in enumerate(PAGES, 1)
        ),
        bound("scenario", "scenario", "Scenario", show=False, tooltip="Scenario, or start one"),
        bound("look", "look", "Change the look", show=False),
        *TRAVEL_KEYS,
        bound("commands", "command_palette", "Commands", show=False, priority=True),
        bound("quit", "quit", "Quit"),
        bound("quit-anyway", "quit", "Quit", show=False, priority=True),
    ]

    def __init__(
        self,
        workspace: Workspace,
        *,
        title: str | None = None,
        simulate_at: int | None = None,
        settings: ConsoleSettings | None = None,
        deliver: bool | None = None,
        steady: bool = True,
        ending: Ending | None = None,
    ) -> None:
        super().__init__(settings or ConsoleSettings(), ending)
        self.animation_level = "none"
        self.workspace = workspace
        workspace.poll()  # the rows already contain every earlier change
        self.certificates = CertificateRows(workspace)
        self.fleet = DeviceRows(workspace)
        self.feed = Feed(workspace, self.certificates, self.fleet)
        self.simulation = Simulation(workspace)
        self.notice_delivery = NoticeDelivery(
            workspace, deliver=workspace.path is not None if deliver is None else deliver
        )
        self.daily_backups = DailyBackups(workspace.backups, self._no_backup)
        self.scenario = ScenarioWatch(workspace)
        self.following: Path | None = None  # the workspace to open after this one
        self._simulate_at = simulate_at
        self.workspace_title = title or ("in memory" if workspace.path is None else workspace.path.name)
        self.steady = steady
        self.dress()

    def update_styles(self, node: DOMNode, animate: bool = True) -> None:
        if node.parent is not None or not isinstance(node, Widget):  # else it gets all its styles when mounted
            super().update_styles(node, animate=animate)

    # Screens

    def action_scenario(self) -> None:
        from .scenario.actions import open_scenario

        open_scenario(self)

    def open_certificate(self, id: int, *, details: bool = False) -> None:
        """Go to a certificate in the list; ``details`` shows all of it where the list is all there is room for."""

        def go() -> None:
            self.with_list("certificates", lambda page: page.reveal(id))
            if details and self.size.width < SIDE_BY_SIDE:
                from .certificates.page import CertificateDetailPage

                self.push_screen(CertificateDetailPage(id))

        self.visit(go)

    def open_device(self, id: int) -> None:
        """Go to a device in the list."""
        self.open_record("devices", id)

    def open_devices_of(self, group: str) -> None:
        """Go to the devices that hold a certificate of a CA group."""
        self.open_devices_where("issuer", group)

    def open_devices_where(self, field: str, value: str) -> None:
        """Go to the devices with this value in a filter field."""
        self.visit(lambda: self.with_list("devices", lambda page: page.show_only(field, value)))

    def open_group(self, id: int) -> None:
        """Go to a CA group."""

        def go() -> None:
            from .authorities.page import AuthoritiesPage

            self.switch_mode("authorities")
            if isinstance(page := self.screen, AuthoritiesPage):
                self.call_after_refresh(page.reveal, id)

        self.visit(go)

    def ask(self, dialog: Screen[Answer], then: Callable[[Answer], Any]) -> None:
        """Show a dialog, and call ``then`` with its result unless the person cancels."""
        self.push_screen(dialog, lambda answer: None if answer is None else then(answer))

    def action_look(self, name: str | None = None) -> None:
        super().action_look(name)
        self.spread(None)  # texts that are there have the tones of the look before
        self.note(f"Look: {self.look}")

    def action_help_quit(self) -> None:
        # Ctrl+C: people expect it to quit.
        self.note(keyed("{quit} quits."))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        for look in Look:
            yield SystemCommand(f"Look: {look}", "Colours of the console", partial(self.action_look, look.value))
        yield SystemCommand("Help", "Keys and the filter language", self.action_help)
        yield SystemCommand("Quit", "Leave the console", self.exit)

    # The feed

    def on_mount(self) -> None:
        if self._simulate_at is not None:
            try:
                self.simulation.start(self._simulate_at)
            except Refusal as refusal:
                self.simulation.trouble = refusal
        self.refresh_simulation()
        self.notice_delivery.start()
        if self.workspace.path is not None:
            self.daily_backups.start()
        self.set_interval(SIMULATION_SECONDS, self.refresh_simulation)
        if not self.is_headless:
            self.set_timer(PRELOAD_SECONDS, self._import_screens)
        if self.welcome is not None:
            self.ask(self.welcome, self.action_page)

    @work(thread=True, group="screens", exit_on_error=False)
    def _import_screens(self) -> None:
        """Import the other screens before somebody opens one."""
        for import_screen in SCREENS.values():
            if self.is_running:
                import_screen()
        gc.freeze()

    def _no_backup(self, reason: str) -> None:
        self.call_from_thread(self.note, f"No backup can be made: {reason}")

    async def on_unmount(self) -> None:
        self.daily_backups.close()
        await asyncio.to_thread(self.notice_delivery.close)

    def _refresh_mastheads(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, Page):
                screen.refresh_masthead()

    def refresh_simulation(self) -> None:
        """Read the simulator's state and show it. A timer calls it, and so does code that needs it at once."""
        lock = self.workspace.database.lock
        if not self.is_running or not lock.acquire(blocking=False):
            return  # a long action of this console is running
        try:
            changed = self.simulation.refresh()
            pages = [screen for screen in self.screen_stack if changed and isinstance(screen, Page)]
            for page in pages:
                page.follow_simulation()
        except Refusal:  # the feed tells that the workspace can't be read, and shows all again when it can
            return
        finally:
            lock.release()
        if changed and self.simulation.trouble is not None and self.current_mode != "simulator":
            self.note(f"The simulator ended: {self.simulation.trouble.message}. {keyed('{screen-7} shows more.')}")

    def note(self, text: str) -> None:
        """Show a message in the top line for a while."""
        self.current_note = text
        self._refresh_mastheads()
        self.set_timer(NOTE_SECONDS, partial(self._forget, text))

    current_note = ""
    welcome: Screen[str] | None = None  # shown first; its answer is the page to go to

    def _forget(self, text: str) -> None:
        if self.current_note == text:
            self.current_note = ""
            self._refresh_mastheads()

    @contextmanager
    def at_rest(self) -> Iterator[bool]:
        # A process that is stopped amid a transaction would keep all others from writing until it goes on.
        lock, end = self.workspace.database.lock, time.monotonic() + STOP_SECONDS
        while not (can_stop := lock.acquire(blocking=False)) and time.monotonic() < end:
            time.sleep(READ_SECONDS)
        try:
            yield can_stop
        finally:
            if can_stop:
                lock.release()

    def switch_mode(self, mode: str) -> AwaitMount:
        """Go to a screen. Refused while the workspace can't be read: the screen would stay empty."""
        if self.cannot_read and mode != self.current_mode:
            self.workspace.catch_up()
        return super().switch_mode(mode)


def run_console(
    workspace: Workspace,
    *,
    ending: Ending,
    title: str | None = None,
    simulate_at: int | None = None,
    welcome: Screen[str] | None = None,
) -> None:
    """Show the console on ``workspace`` until the user quits, and then on the one that they went on to; ``simulate_at``
    starts a simulator at this speed, ``welcome`` is shown first. ``ending`` ends it as its user would."""
    if workspace.vault.protection == "passphrase":
        workspace.vault.unlock()  # prompts on the terminal, before the console takes it over
    settings = ConsoleSettings.of_person()
    app = CertfleetApp(workspace, title=title, simulate_at=simulate_at, settings=settings, ending=ending)
    app.welcome = welcome
    leave_out_what_stays()
    try:
        app.run_to_the_end()
    finally:
        app.simulation.close()
        app.notice_delivery.close()
    if app.following is not None and ending.status is None:
        with Workspace.open(app.following, create=False) as following:
            run_console(following, ending=ending)


def leave_out_what_stays() -> None:
    """Exclude all imported objects from garbage collection: each full pass would delay keys by 50 ms."""
    gc.freeze()
    gc.enable()
