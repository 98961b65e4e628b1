"""A screen over the others in which one piece of work runs at a time, beside it, and is counted and stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from typing import Any, Generic, TypeVar

from rich.text import Text
from textual import work
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from ...store.effects.effects import Effects
from ...store.effects.trials import Judge, NotAgreed
from ...store.errors import Refusal
from ..shell.console_app import ConsoleApp, console_of
from ..shell.error_boundary import ErrorBoundary
from .days_left_bar import EMPTY, FULL
from .text_styles import Tone, style_of

Result = TypeVar("Result")
Answer = TypeVar("Answer")

_EVERY = 0.15  # seconds from one look at how far it is to the next
_BAR = 24


class Leaving(Enum):
    """What Esc does while work is under way."""

    WAITS = auto()  # nothing: it can't be stopped half-way
    STOPS = auto()  # asks it to stop (``stop``), and waits for that
    ABANDONS = auto()  # asks it to stop, and leaves at once


class BackgroundWork(ErrorBoundary, ModalScreen[Result], Generic[Result]):
    """``perform`` runs a job in a thread. The job may call ``count``, which a bar shows, and look at ``stop``.

    Subclasses compose ``#progress``, a line for what is under way, and ``#leave``, the button that Esc presses.
    """

    def __init__(self) -> None:
        super().__init__()
        self.working = False
        self.seen = set[str]()  # the codes of harmful consequences that somebody has been told of
        self.stop = threading.Event()
        self._leaving = Leaving.WAITS
        self._counted: tuple[int, int] | None = None

    @property
    def console(self) -> ConsoleApp:
        return console_of(self)

    def refused(self, refusal: Refusal) -> None:
        """Show why the work was refused."""
        raise NotImplementedError

    def would_harm(self, effects: Effects, again: Callable[[], None]) -> None:
        """Tell what the work would take down; ``again`` does it all the same. Nothing of it has been done."""
        raise NotImplementedError

    def perform(
        self,
        job: Callable[[], Answer],
        done: Callable[[Answer], Any],
        *,
        saying: str = "Working …",
        leaving: Leaving = Leaving.WAITS,
        agreed: bool = False,
    ) -> None:
        """Run ``job`` beside the screen, then ``done`` with what it gave. A refusal is shown by ``refused``, and what
        it would take down by ``would_harm``, unless somebody has ``agreed`` to it or been told of it."""
        if self.working:
            return
        self.working, self._leaving, self._counted = True, leaving, None
        self.stop.clear()
        self.show_progress(saying)
        if leaving is Leaving.STOPS:
            self.query_one("#leave", Button).label = "Stop"
        timer = self.set_interval(_EVERY, self._show_count)
        again = partial(self.perform, job, done, saying=saying, leaving=leaving)
        self._run(job, done, timer.stop, again, (lambda effects: None) if agreed else self._judge)

    @work(thread=True, exit_on_error=False)
    def _run(
        self,
        job: Callable[[], Answer],
        done: Callable[[Answer], Any],
        still: Callable[[], None],
        again: Callable[[], None],
        judge: Judge,
    ) -> None:
        try:
            with self.console.feed.own(), self.console.workspace.trials.judged_by(judge):
                answer = job()
        except NotAgreed as told:
            self.app.call_from_thread(self._ended, still, partial(self._harm, again), told.effects)
        except Refusal as refusal:
            self.app.call_from_thread(self._ended, still, self.refused, refusal)
        except Exception as error:  # noqa: BLE001 - told calmly, the input stays
            self.app.call_from_thread(self._ended, still, self.console.trouble, error)
        else:
            self.app.call_from_thread(self._ended, still, done, answer)

    def _judge(self, effects: Effects) -> None:
        if effects.is_harmful and effects.code not in self.seen:
            raise NotAgreed(effects)

    def _harm(self, again: Callable[[], None], effects: Effects) -> None:
        self.seen.add(effects.code)
        self.would_harm(effects, again)

    def _ended(self, still: Callable[[], None], then: Callable[[Any], Any], value: Any) -> None:
        still()
        self.working = False
        if self.is_attached:
            if self._leaving is Leaving.STOPS:
                self.query_one("#leave", Button).label = "Cancel"
            self.show_progress("")
            self.console.poll_now()
            then(value)

    def count(self, done: int, total: int) -> None:
        """So much is done. Called beside the screen, which must not be waited for: it may itself wait for the store."""
        self._counted = (done, total)

    def on_unmount(self) -> None:
        self.stop.set()

    def action_leave(self) -> None:
        if not self.working:
            self.dismiss(None)
        elif self._leaving is Leaving.WAITS:
            self.show_progress("Still working; it can't be stopped half-way.")
        else:
            self.stop.set()
            self._show_count()
            if self._leaving is Leaving.ABANDONS:
                self.dismiss(None)

    def show_progress(self, text: str | Text) -> None:
        """Say what is under way, beside the buttons."""
        self.query_one("#progress", Static).update(text)

    def _show_count(self) -> None:
        if self._counted is None and not self.stop.is_set():
            return
        text = Text(no_wrap=True, overflow="ellipsis")
        if self._counted is not None:
            done, total = self._counted
            filled = _BAR * min(done, total) // total if total else _BAR
            text.append(FULL * filled, style_of(self.app, Tone.ACCENT))
            text.append(EMPTY * (_BAR - filled), style_of(self.app, Tone.TRACK))
            text.append(f" {done:,} of {total:,}" if done < total else f" {total:,}, writing …")
        if self.stop.is_set():
            text.append("  stopping …")
        self.show_progress(text)
