"""Keeps the console running after unexpected errors, of handlers and of workers."""

from __future__ import annotations

import traceback

import platformdirs
from textual._callback import invoke
from textual.message import Message
from textual.message_pump import MessagePump
from textual.worker import Worker, WorkerState

from .console_app import console_of


class TellsFailures(MessagePump):
    """For whatever starts workers: an error that one of them didn't handle is reported, and the console continues.

    Textual would end the app (``exit_on_error``), or say nothing at all. This is the one rule for all workers: each is
    started with ``exit_on_error=False``, by an object of this class.
    """

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Textual's message; it isn't passed on to parents."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            report(self, event.worker.error)


class ErrorBoundary(TellsFailures):
    """For the app and the screens: an error in a handler or an action is reported, and the console continues.

    Textual would end the app, and print the local variables of every frame, passwords included.
    """

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as error:  # noqa: BLE001 - told calmly, and the trace is kept
            report(self, error)

    async def _flush_next_callbacks(self) -> None:
        # What is called after a repaint, such as when the terminal gets another size while a server is away.
        callbacks, self._next_callbacks = self._next_callbacks, []
        for callback in callbacks:
            try:
                with self.prevent(*callback._prevent):
                    await invoke(callback.callback)
            except Exception as error:  # noqa: BLE001 - as above
                try:
                    report(self, error)
                except Exception as raised:  # noqa: BLE001 - it ends the app that isn't steady
                    self.app._handle_exception(raised)


def report(inside: MessagePump, error: BaseException) -> None:
    """Tell an error that nobody has handled. An app that isn't ``steady`` is ended by it, as tests want."""
    app = console_of(inside)
    if not app.is_running:
        return  # the widgets are being removed, and a late message misses one
    if not app.steady:
        raise error
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
