"""A question before an action that can't be undone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from textual.widget import Widget

from ...store.effects.effects import Effects
from ...store.errors import Refusal
from .background_work import Result
from .form_dialog import FormDialog


class Question(FormDialog[Result]):
    """``yes`` is the label of the button that y presses; None leaves nothing to confirm. Enter alone cancels, since the
    button that cancels has the focus.

    Returns the result of ``job``, True without a job. ``told`` turns the result into a sentence for the top line.
    ``command`` are the words of the command line that does the same, where the audit trail doesn't say it. The button
    of a ``grave`` question is red whatever its difference: something is lost that no difference tells.
    """

    AUTO_FOCUS = "#leave"

    def __init__(
        self,
        heading: str,
        yes: str | None,
        *said: Widget,
        no: str | None = None,
        job: Callable[[], Result] | None = None,
        doing: str = "Working …",
        told: Callable[[Result], str] | None = None,
        command: Sequence[object] | None = None,
        grave: bool = True,
    ) -> None:
        super().__init__()
        self.heading, self.leave_label, self.doing = heading, no, doing
        self.confirm_label = yes
        self.confirm_variant = "error" if grave else "primary"
        self._said, self._job, self._told, self._command = said, job, told, command
        self.changes = job is not None and yes is not None

    def compose_form(self) -> Iterable[Widget]:
        yield from self._said

    def action_enter(self) -> None:
        """Enter confirms nothing here."""

    @property
    def waits_for_yes(self) -> bool:
        return True

    def action_yes(self) -> None:
        if self._again is not None:
            super().action_yes()
        elif self.query("#confirm"):
            self.press("confirm")

    def try_out(self, change: Callable[..., object], stop: threading.Event) -> Effects | None:
        """As its answers can't be changed, a question that would be refused says so before it is answered."""
        try:
            return super().try_out(change, stop)
        except Refusal as refusal:
            if not stop.is_set():
                self.app.call_from_thread(self._refused_beforehand, refusal)
            raise

    def _refused_beforehand(self, refusal: Refusal) -> None:
        if self.is_attached and not self.fields and not self.working:
            self.refused(refusal)

    def told_of(self, effects: Effects) -> None:
        super().told_of(effects)
        self.seen.add(effects.code)

    def command_words(self) -> Sequence[object] | None:
        return self._command

    def work(self) -> Any:
        return True if self._job is None else self._job()

    def told(self, result: Result) -> str | None:
        return super().told(result) if self._told is None else self._told(result)
