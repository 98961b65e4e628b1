"""Keeps the console running after unexpected errors."""

from __future__ import annotations

import traceback

import platformdirs
from textual.message import Message
from textual.message_pump import MessagePump

from .console_app import console_of


class ErrorBoundary(MessagePump):
    """For the app and the screens: an error in a handler or an action is reported, and the console continues.

    Textual would end the app, and print the local variables of every frame, passwords included.
    """

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            app = console_of(self)
            if not app.is_running:
                return  # the widgets are being removed, and a late message misses one
            if not app.steady:
                raise
            app.trouble(error)


def log_trouble(error: BaseException) -> str:
    """Write the trace of an unexpected error to a file, and return a sentence that names the file."""
    folder = platformdirs.user_state_path("certfleet")
    kind = type(error).__name__
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (folder / "console.log").open("a", encoding="utf-8") as log:
            log.write("".join(traceback.format_exception(error)) + "\n")
    except OSError:
        return f"Something unexpected went wrong in the console ({kind})."
    return f"Something unexpected went wrong in the console ({kind}). The trace is in {folder / 'console.log'}."
