"""The app as its screens, dialogs and widgets see it: the app imports them all, so they can't import it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.app import App
from textual.message_pump import MessagePump

__all__ = ["ConsoleApp", "console_of"]

if TYPE_CHECKING:
    from ..app import CertfleetApp as ConsoleApp
else:
    ConsoleApp = App


def console_of(inside: MessagePump) -> ConsoleApp:
    """The app of a screen or a widget, with its type."""
    return cast("ConsoleApp", inside.app)
