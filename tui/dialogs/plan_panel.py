"""The plan of a dialog: what confirming would do, computed in the background while the person chooses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Generic, TypeVar, cast

from rich.console import RenderableType
from textual.widgets import Static

from .background_work import BackgroundWork, Leaving
from .form_fields import Answers

Plan = TypeVar("Plan")


class PlanPanel(Static, Generic[Plan]):
    """``work_out`` gets the answers named in ``of``, and is called in a thread; ``show`` turns the plan into text.
    ``plan`` is the plan for the current answers, None until it is known."""

    def __init__(
        self,
        work_out: Callable[..., Plan],
        show: Callable[[Plan], RenderableType],
        *,
        of: Sequence[str] = (),
        saying: str = "Looking at the devices …",
        id: str | None = "plan",
        classes: str = "",
    ) -> None:
        super().__init__("", id=id, classes=classes, markup=False)
        self._work_out, self._shown, self._of, self._saying = work_out, show, of, saying
        self._known: dict[tuple[Any, ...], Plan] = {}
        self._at: tuple[Any, ...] | None = None

    @property
    def plan(self) -> Plan | None:
        """The plan for the current answers."""
        return None if self._at is None else self._known.get(self._at)

    def follow(self, answers: Answers) -> None:
        """Show the plan for these answers."""
        at = tuple(answers[name] for name in self._of)
        if at != self._at:
            self._at = at
            self._look(at)

    def again(self) -> None:
        """Compute the plan anew, after a change."""
        self._known.clear()
        if self._at is not None:
            self._look(self._at)

    def _look(self, at: tuple[Any, ...]) -> None:
        dialog = cast(BackgroundWork[Any], self.screen)
        if at in self._known:
            self.update(self._shown(self._known[at]))
        elif not dialog.working:
            dialog.perform(
                partial(self._work_out, *at),
                partial(self._found, at),
                saying=self._saying,
                leaving=Leaving.ABANDONS,
            )

    def _found(self, at: tuple[Any, ...], plan: Plan) -> None:
        self._known[at] = plan
        if self._at is not None:
            self._look(self._at)
