"""Keys that arrive faster than they are handled: by a slow line, a script, a paste, or a hand that knows its way."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.app import App
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, TextArea

from .keyboard_parser import EscapedKey

_A_MOMENT = 0.02  # seconds
_MOMENTS = 25  # the most that a key waits for the one before


class KeyHandled(Message):
    """Goes the way of a key twice, behind it: first all that can handle the key does so, then all that handles what
    that says, such as ``Input.Submitted``."""

    def __init__(self, turn: int, way: Widget | None) -> None:
        super().__init__()
        self.turn = turn
        self.way = way  # None: the second time


class TypedAhead(App[None]):
    """Part of the console's app: a key goes where the one before it has led.

    Textual sends a key to what has the focus when the key arrives: of ``/mail`` in one piece only the ``/`` would reach
    the filter, and the letters would be keys of the list.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._ahead: list[events.Key | events.Paste] | None = None  # what waits; None: nothing is being handled
        self._turn = 0
        self._observer: Timer | None = None
        self._moments = 0

    @property
    def has_keys_ahead(self) -> bool:
        """Whether keys wait until the one before them is handled."""
        return bool(self._ahead)

    @property
    def _shown(self) -> Screen[Any] | None:
        """None while the console closes: its screens go before its timers and messages."""
        return stack[-1] if (stack := self.screen_stack) else None

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self._ahead is not None:
            self._ahead.append(event)
        else:
            self._ahead = []
            await self._take(event)

    async def _take(self, key: events.Key | events.Paste) -> None:
        assert self._ahead is not None
        if isinstance(key, EscapedKey):
            # Alt moves and deletes words in a text; Esc by itself leaves it.
            is_in_text = isinstance(self.focused, Input | TextArea)
            key, *others = (key.together,) if is_in_text else key.apart
            self._ahead[:0] = others
            key.set_sender(self)
        if (screen := self._shown) is None:
            self._ahead = None
            return
        way = self.focused or screen
        self._turn = turn = self._turn + 1
        self._moments = _MOMENTS
        self._observer = self.set_interval(_A_MOMENT, lambda: self._look_whether_it_has_led_on(screen, turn))
        try:
            await super().on_event(key)
        finally:  # what fails is told elsewhere, and the keys go on
            way.post_message(KeyHandled(turn, way))

    async def on_key_handled(self, message: KeyHandled) -> None:
        """Take the next key, behind what the last one has put into the app's queue, such as a change of the focus."""
        if message.way is not None:
            message.way.post_message(KeyHandled(message.turn, None))
        elif self._shown is not None and self._shown.is_mounted:
            self.call_later(self._go_on, message.turn)

    async def _look_whether_it_has_led_on(self, screen: Screen[Any], turn: int) -> None:
        # From a dialog that the key has closed no message comes back; and one that it has opened may need a moment.
        self._moments -= 1
        shown = self._shown
        if not self._moments or shown is None or (shown is not screen and shown.is_mounted):
            await self._go_on(turn)

    async def _go_on(self, turn: int) -> None:
        if turn != self._turn or self._ahead is None:
            return
        if self._observer is not None:
            self._observer.stop()
        if self._ahead:
            await self._take(self._ahead.pop(0))
        else:
            self._ahead = None
