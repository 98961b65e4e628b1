"""The app that screens, dialogs and widgets are in, for them to ask: it imports them all, so they can't import it."""

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
    """The app that a screen or a widget is in, as what it is."""
    return cast("ConsoleApp", inside.app)
