"""What screens, dialogs and widgets know of the app that they are in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar, cast

from textual.app import SystemCommand
from textual.message_pump import MessagePump
from textual.screen import Screen

from ...store.workspace import Workspace
from ..certificates.certificate_rows import CertificateRows
from ..devices.device_rows import DeviceRows
from ..notices.background_delivery import NoticeDelivery
from ..simulator.control import Simulation
from .feed import Feed

Answer = TypeVar("Answer")


class ConsoleApp(Protocol):
    """The app's side of the console. ``steady`` off lets an unexpected error end it, which is what a test wants."""

    workspace: Workspace
    workspace_title: str
    register: CertificateRows
    fleet: DeviceRows
    feed: Feed
    simulation: Simulation
    post: NoticeDelivery
    current_note: str
    steady: bool

    @property
    def is_running(self) -> bool:
        """Whether messages are still handled."""
        ...

    def note(self, text: str) -> None:
        """Say something in the top line for a while."""
        ...

    def ask(self, dialog: Screen[Answer], then: Callable[[Answer], Any]) -> None:
        """Show a dialog; ``then`` gets what it gave, unless somebody left it."""
        ...

    def poll_now(self) -> None:
        """Show what changed."""
        ...

    def trouble(self, error: BaseException) -> None:
        """Tell of an unexpected error, and go on."""
        ...

    def open_certificate(self, id: int) -> None:
        """Go to a certificate in the list."""
        ...

    def open_device(self, id: int) -> None:
        """Go to a device in the list."""
        ...

    def open_devices_of(self, group: str) -> None:
        """Go to the devices that hold a certificate of a CA group."""
        ...

    def open_devices_where(self, field: str, value: str) -> None:
        """Go to the devices that have this value in a field of the filter."""
        ...

    def open_group(self, id: int) -> None:
        """Go to a CA group."""
        ...

    def refresh_simulation(self) -> None:
        """Look how the simulator stands, and show it."""
        ...

    def action_page(self, name: str) -> None:
        """Go to a screen of the number keys."""
        ...

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the command palette offers everywhere."""
        ...


def console_of(inside: MessagePump) -> ConsoleApp:
    """The app that a screen or a widget is in, as what it is."""
    return cast(ConsoleApp, inside.app)
