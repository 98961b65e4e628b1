"""What confirming a dialog would change: tried and shown ahead, and asked about before it takes something down."""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from textual import work as in_background
from textual.timer import Timer
from textual.widgets import Button
from textual.widgets._button import ButtonVariant

from ...simulator.scenarios.said_first import asks
from ...store.effects.effects import Effects
from ...store.errors import Refusal
from ...store.workspace import Workspace
from ..shell.keys.keys import keyed
from .background_work import Result
from .dialog_commands import DialogCommands
from .effects_panel import EffectsPanel

_A_MOMENT = 0.2  # seconds after the last key


class EffectsAhead(DialogCommands[Result]):
    """Part of a dialog that has an ``EffectsPanel`` and the buttons ``#confirm`` and ``#leave``. A moment after the
    answers have changed, it tries the ``change`` of confirming and shows the difference.

    The button that confirms is red where that takes something down, and has ``(y)`` where only y goes ahead.
    """

    confirm_variant: ButtonVariant = "primary"

    def __init__(self) -> None:
        super().__init__()
        self._again: Callable[[], None] | None = None  # does the harmful change, once the person agrees
        self._asked: dict[str, Any] = {}  # the answers that the question is about
        self._harms = False  # the difference that is shown takes something down
        self._tried: object = None
        self._superseded = threading.Event()  # set when nobody waits for the trial that runs
        self._timer: Timer | None = None

    @property
    def workspace(self) -> Workspace:
        return self.console.workspace

    @property
    @abstractmethod
    def answers(self) -> dict[str, Any]:
        """The current answers, unchecked."""

    @property
    def _confirm_text(self) -> str:
        label = self.confirm_label or ""
        return f"{label.removesuffix(' …')} {keyed('({yes})')}" if self.waits_for_yes else label

    def mark_confirm(self, *, harms: bool | None = None) -> None:
        """Say on the button that confirms what confirming means now; ``harms`` as in ``_harms``, None: as before."""
        if harms is not None:
            self._harms = harms
        for button in self.query("#confirm").results(Button):
            if str(button.label) != self._confirm_text:
                button.label = self._confirm_text
                button.refresh(layout=True)
            button.variant = "error" if self._harms else self.confirm_variant

    def look_ahead(self) -> None:
        """Show the effects of confirming, a moment after the last change of the answers. Discards effects and questions
        shown before."""
        self._again, self.noted = None, frozenset()
        self.seen.clear()
        self.mark_confirm()
        self._look_no_further()
        self.query_one(EffectsPanel).outdate()
        if self.changes and self.asks_first and asks(self.workspace):
            self.query_one(EffectsPanel).say("You say first what it will stop; then you see what it would change.")
        elif self.changes:
            self._timer = self.set_timer(_A_MOMENT, self._look_ahead)

    def _look_no_further(self) -> None:
        self._tried = None
        self._superseded.set()
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _look_ahead(self) -> None:
        if self.working or self._again is not None:
            return
        if (change := self.change()) is None:
            self.query_one(EffectsPanel).clear()
            self.mark_confirm(harms=False)
        else:
            self._tried, self._superseded = change, threading.Event()
            self.query_one(EffectsPanel).work_out()
            self._try_change(change, self._superseded)

    @in_background(thread=True, exit_on_error=False, group="effects")
    def _try_change(self, change: Callable[..., object], stop: threading.Event) -> None:
        try:
            with self.console.feed.own():
                effects = None if stop.is_set() else self.try_out(change, stop)
        except Refusal:
            effects = None  # it is told when somebody confirms
        except Exception:
            self.app.call_from_thread(self._found, change, None)
            raise
        if not stop.is_set():
            self.app.call_from_thread(self._found, change, effects)

    def try_out(self, change: Callable[..., object], stop: threading.Event) -> Effects | None:
        """What ``change`` would do; called in a thread. ``stop`` is set when nobody waits for it any more.

        Nobody else can write meanwhile. A dialog whose changes take long tries them on a copy.
        """
        return self.workspace.trials.try_out(change)

    def _found(self, change: Callable[..., object], effects: Effects | None) -> None:
        if not self.is_attached or change is not self._tried or self.working:
            return
        self.mark_confirm(harms=effects is not None and effects.is_harmful)
        if effects is None:
            self.query_one(EffectsPanel).clear()
        else:
            self.told_of(effects)

    def action_turn_effects(self, by: int) -> None:
        """Show the next page of the difference, or the one before."""
        self.query_one(EffectsPanel).turn(by)

    def on_unmount(self) -> None:
        self._superseded.set()

    def tell_no_effects(self) -> None:
        """Show no difference: what is refused makes none."""
        self._look_no_further()
        self.query_one(EffectsPanel).clear()
        self.mark_confirm(harms=False)

    def told_of(self, effects: Effects) -> None:
        """Show the difference that confirming would make."""
        self.noted = frozenset(effects.notes)
        self.query_one(EffectsPanel).show(effects)

    def would_harm(self, effects: Effects, again: Callable[[], None]) -> None:
        self._again, self._asked = again, self.answers
        self._look_no_further()
        self.mark_confirm(harms=True)
        self.query_one(EffectsPanel).show(effects, asks=True)
        self.set_focus(self.query_one("#leave"))  # at once: the next Enter may already be coming

    @property
    def waits_for_yes(self) -> bool:
        """Whether the dialog has asked about a harmful change."""
        return self._again is not None

    def action_yes(self) -> None:
        """Go ahead with the harmful change, if the dialog has asked."""
        if self._again is not None and not self.working:
            again, self._again = self._again, None
            again()
