"""A dialog whose work is counted while it is done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from rich.text import Text
from textual.widgets import Button, Static

from .days_left_bar import EMPTY, FULL
from .dialog import Dialog
from .text_styles import Tone, style_of

Result = TypeVar("Result")
_EVERY = 0.15  # seconds from one look at how far it is to the next
_BAR = 24


class CountingDialog(Dialog[Result]):
    """``count`` is handed to the work as its progress, and a bar shows it.

    Where ``stoppable``, leaving the dialog stops the work: it asks ``is_stopped`` after each step.
    """

    stoppable = False

    def __init__(self) -> None:
        super().__init__()
        self._far: tuple[int, int] | None = None
        self._stop = threading.Event()

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(_EVERY, self._show_far)

    def perform(self, job: Callable[[], Any], done: Callable[[Any], Any], *, saying: str = "Working …") -> None:
        self._far = None
        self._stop.clear()
        super().perform(job, done, saying=saying)
        self._label()

    def count(self, done: int, total: int) -> None:
        """So much is done. Called beside the screen, which must not be waited for: it may itself wait for the store."""
        self._far = (done, total)

    def is_stopped(self) -> bool:
        """Whether somebody wants it to stop."""
        return self._stop.is_set()

    def action_leave(self) -> None:
        if self.working and self.stoppable:
            self._stop.set()
            self._show_far()
        else:
            super().action_leave()

    def _ended(self, then: Callable[[Any], Any], value: Any) -> None:
        self._far = None
        self.working = False
        if self.is_attached:
            self._label()
        super()._ended(then, value)

    def _label(self) -> None:
        if self.stoppable:
            self.query_one("#leave", Button).label = "Stop" if self.working else "Cancel"

    def _show_far(self) -> None:
        if not self.working or (self._far is None and not self.is_stopped()):
            return
        text = Text(no_wrap=True, overflow="ellipsis")
        if self._far is not None:
            done, total = self._far
            filled = _BAR * min(done, total) // total if total else _BAR
            text.append(FULL * filled, style_of(self.app, Tone.ACCENT))
            text.append(EMPTY * (_BAR - filled), style_of(self.app, Tone.TRACK))
            text.append(f" {done:,} of {total:,}" if done < total else f" {total:,}, writing …")
        if self.is_stopped():
            text.append("  stopping …")
        self.query_one("#progress", Static).update(text)
