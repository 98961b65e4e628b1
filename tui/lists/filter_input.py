"""The filter line: completion of keys and values, and the filters that were used before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.suggester import Suggester
from textual.widgets import Input

from ...store.filter_completion import Values, completions
from ..shell.keys.keys import bound, keyed

_HINT = "{filter} filters: words, status:expired use:apns days:<30 …"


def _nothing() -> Values:
    return {}


def _none() -> Sequence[str]:
    return ()


class FilterInput(Input):
    """Enter goes to the list and keeps the filter; Esc clears it first. Tab completes the last term, and again takes
    the next that fits. The up arrow brings back filters that were used before, newest first; the down arrow goes back
    to what was typed, and then to the list.

    ``values`` are what can be completed, ``history`` the filters that were used before.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bound("open", "leave(False)", "To the list"),
        bound("complete", "complete", "Complete"),
        bound("up", "older", "Filter before"),
        bound("browse", "newer", "To the list", show=False),
        bound("back", "leave(True)", "Clear"),
    ]

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))  # with Textual's, each key would lay out the whole screen

    class Left(Message):
        """The person goes back to the list."""

        def __init__(self, clear: bool) -> None:
            super().__init__()
            self.clear = clear

    def __init__(
        self,
        *,
        placeholder: str = _HINT,
        id: str,
        values: Callable[[], Values] = _nothing,
        history: Callable[[], Sequence[str]] = _none,
    ) -> None:
        super().__init__(
            placeholder=keyed(placeholder),
            id=id,
            compact=True,
            select_on_focus=False,
            suggester=_FirstCompletion(values),
        )
        self._values, self._history = values, history
        self._offered: list[str] = []  # what Tab goes through
        self._past: list[str] = []  # what the up arrow goes through: the typed text, then older ones
        self._place = 0

    def action_leave(self, clear: bool) -> None:
        self._past = []
        self.post_message(self.Left(clear))

    def action_complete(self) -> None:
        if self.value in self._offered and len(self._offered) > 1:
            place = self._offered.index(self.value) + 1
        else:
            self._offered, place = completions(self.value, self._values()), 0
        if not self._offered:
            self.screen.focus_next()
            return
        self._take(self._offered[place % len(self._offered)])

    def action_older(self) -> None:
        if not self._past or self.value != self._past[self._place]:
            self._past, self._place = [self.value, *(one for one in self._history() if one != self.value)], 0
        if self._place + 1 < len(self._past):
            self._place += 1
            self._take(self._past[self._place])

    def action_newer(self) -> None:
        if self._place and self._past and self.value == self._past[self._place]:
            self._place -= 1
            self._take(self._past[self._place])
        else:
            self.action_leave(False)

    def _take(self, text: str) -> None:
        self.value = text
        self.cursor_position = len(text)


class _FirstCompletion(Suggester):
    """Shows the first completion behind the cursor; the right arrow takes it."""

    def __init__(self, values: Callable[[], Values]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._values = values

    async def get_suggestion(self, value: str) -> str | None:
        found = completions(value, self._values())
        return found[0] if found and found[0].startswith(value) and found[0] != value else None
