"""A screen over the others that runs one piece of work at a time in the background, with a count and a way to stop."""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar

from rich.text import Text
from textual import work
from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from ...simulator.scenarios.said_first import asks, is_answered
from ...store.effects.effects import Effects
from ...store.effects.protection import ProtectedRefusal, saying_name
from ...store.effects.trials import Judge, NotAgreed
from ...store.errors import Refusal
from ...store.persistence.database import Changes
from ..components.days_left_bar import EMPTY, FULL
from ..components.text_styles import Tone, style_of
from ..shell.console_app import ConsoleApp, console_of
from ..shell.error_boundary import ErrorBoundary

Result = TypeVar("Result")
Answer = TypeVar("Answer")

_EVERY = 0.15  # seconds between two updates of the count
_BAR = 24


class NotSaid(NotAgreed):
    """Nobody has said yet what the work will stop."""


class Leaving(Enum):
    """The effect of Esc while work is running."""

    WAITS = auto()  # none: the work can't be stopped half-way
    STOPS = auto()  # sets ``stop``, and waits for the work to end
    ABANDONS = auto()  # sets ``stop``, and closes at once


class BackgroundWork(ErrorBoundary, ModalScreen[Result], Generic[Result]):
    """``perform`` runs a job in a thread. The job may call ``count``, which a bar shows, and look at ``stop``.

    ``heading`` is what the work is called. Subclasses compose ``#progress``, the line for the current work, and
    ``#leave``, the button that Esc presses.
    """

    heading: str = ""
    asks_first = True  # where a scenario asks what acts will stop; off for what is no act
    heeds_notes = False  # what can't be undone isn't done before its notes were on the screen
    lists: ClassVar[tuple[str, ...]] = ()  # the tables of what it lists, where it does

    def __init__(self) -> None:
        super().__init__()
        self.working = False
        self.seen = set[str]()  # the codes of harmful consequences that the person has been shown
        self.noted = frozenset[str]()  # the notes that are on the screen
        self.stop = threading.Event()
        self._leaving = Leaving.WAITS
        self._counted: tuple[int, int] | None = None
        self._is_dismissed = False

    @property
    def console(self) -> ConsoleApp:
        return console_of(self)

    def reload(self) -> None:
        """Read again what it lists, with the cursor on the same record."""

    def follow(self, changes: Changes | None, *, visible: bool) -> None:
        """The workspace changed, or time has passed: others act while it is open, and so does the console itself."""
        if self.lists and self.is_mounted and (changes is None or not changes.tables or changes.touches(*self.lists)):
            self.reload()

    @abstractmethod
    def refused(self, refusal: Refusal) -> None:
        """Show why the work was refused."""

    @abstractmethod
    def would_harm(self, effects: Effects, again: Callable[[], None]) -> None:
        """Show what the work would take down, before any of it is done; ``again`` does it all the same."""

    def perform(
        self,
        job: Callable[[], Answer],
        done: Callable[[Answer], Any],
        *,
        saying: str = "Working …",
        leaving: Leaving = Leaving.WAITS,
        agreed: bool = False,
        said: bool = False,
        named: str = "",
    ) -> None:
        """Run ``job`` in the background, then ``done`` with its result. A refusal goes to ``refused``. Harmful effects,
        and what ``heeds_notes`` is for, go to ``would_harm``, unless the person has ``agreed`` to them or been
        shown them. Where a scenario asks first what the work will stop, the person is asked, unless that has been
        ``said``. In a protected workspace its name is asked for, unless it has been ``named``."""
        if self.working or self._is_dismissed:
            return
        self.working, self._leaving, self._counted = True, leaving, None
        self.stop.clear()
        self.show_progress(saying)
        if leaving is Leaving.STOPS:
            self.query_one("#leave", Button).label = "Stop"
        timer = self.set_interval(_EVERY, self._show_count)
        more = partial(self.perform, job, done, saying=saying, leaving=leaving, agreed=agreed)
        again, judge = partial(more, said=True, named=named), partial(self._judge, agreed=agreed, said=said)
        self._run(job, done, timer.stop, again, judge, named)

    @work(thread=True, exit_on_error=False)
    def _run(
        self,
        job: Callable[[], Answer],
        done: Callable[[Answer], Any],
        still: Callable[[], None],
        again: Callable[[], None],
        judge: Judge,
        named: str,
    ) -> None:
        try:
            with self.console.feed.own(), self.console.workspace.trials.judged_by(judge), saying_name(named):
                answer = job()
        except NotSaid as asked:
            self.app.call_from_thread(self._ended, still, partial(self._say_first, again), asked.effects)
        except NotAgreed as told:
            self.app.call_from_thread(self._ended, still, partial(self._harm, again), told.effects)
        except ProtectedRefusal as told:
            self.app.call_from_thread(self._ended, still, partial(self._ask_name, again), told)
        except Refusal as refusal:
            self.app.call_from_thread(self._ended, still, self.refused, refusal)
        except Exception as error:  # noqa: BLE001 - told calmly, the input stays
            self.app.call_from_thread(self._ended, still, self.console.trouble, error)
        else:
            self.app.call_from_thread(self._ended, still, done, answer)

    def _say_first(self, again: Callable[[], None], effects: Effects) -> None:
        from .say_first_dialog import SayFirstDialog  # which is such work itself

        def go_ahead(told: bool) -> None:
            self.seen.add(effects.code)  # the difference was shown with the mark
            again()

        self.console.ask(SayFirstDialog(self.heading, effects), go_ahead)

    def _ask_name(self, again: Callable[..., None], told: ProtectedRefusal) -> None:
        from .name_dialog import NameDialog  # which is such work itself

        def go_ahead(name: str) -> None:
            self.seen.add(told.effects.code)  # the difference was shown with the question
            again(named=name)

        self.console.ask(NameDialog(self.heading, told), go_ahead)

    def _judge(self, effects: Effects, *, agreed: bool, said: bool) -> None:
        workspace = self.console.workspace
        waits = self.asks_first and not said and not effects.is_empty and asks(workspace)
        if waits and not is_answered(workspace, self.heading, effects):
            raise NotSaid(effects)
        if self.console.workspace.trials.protection.asks:
            return  # for the name, which says more than y
        is_final = self.heeds_notes and effects.undo is not None and not effects.undo.possible
        is_unread = is_final and not self.noted.issuperset(effects.notes)  # as Enter came before the trial's answer
        if not agreed and (effects.is_harmful or is_unread) and effects.code not in self.seen:
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
        """Report progress. Called in the background; must not wait for the screen, which may itself wait for the
        store."""
        self._counted = (done, total)

    def on_unmount(self) -> None:
        self.stop.set()

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close; keys that came together with the one that closed it find it closing still, and do nothing."""
        if self._is_dismissed:
            return AwaitComplete()
        self._is_dismissed = True
        return super().dismiss(result)

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
        """Show the current work beside the buttons."""
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
