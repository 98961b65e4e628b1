"""Fields to choose in: a menu, radio buttons, check boxes. Their state is visible without colour."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Checkbox, RadioButton, RadioSet, Select
from textual.widgets._select import SelectOverlay

from ..shell.keys.keys import bound
from .form_fields import FormField


class RadioOption(RadioButton):
    """``(●)`` or ``( )``."""

    BUTTON_LEFT = BUTTON_RIGHT = ""
    BUTTON_INNER = "( )"

    def watch_value(self) -> None:
        self.BUTTON_INNER = "(●)" if self.value else "( )"
        super().watch_value()


class Tick(Checkbox, inherit_bindings=False):
    """``[x]`` or ``[ ]``: space ticks, and Enter is left to the dialog."""

    BINDINGS: ClassVar[list[BindingType]] = [bound("select", "toggle_button", "Tick, or untick", show=False)]
    BUTTON_LEFT = BUTTON_RIGHT = ""
    BUTTON_INNER = "[ ]"

    def watch_value(self) -> None:
        self.BUTTON_INNER = "[x]" if self.value else "[ ]"
        super().watch_value()


class Menu(Select[Any], inherit_bindings=False):
    """Space and the arrow keys open it, and Enter is left to the dialog."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bound("browse", "show_overlay", "Open the menu", show=False),
        bound("select", "show_overlay", "Open the menu", show=False),
        bound("up", "show_overlay", "Open the menu", show=False),
    ]

    @property
    def at(self) -> Any:
        """The option under the cursor of the menu, if it is open."""
        place = self.query_one(SelectOverlay).highlighted if self.expanded else None
        return None if place is None else self._options[place][1]

    def move_to(self, option: Any) -> None:
        """Put the cursor of the menu on this option, if it is there."""
        for place, (_, one) in enumerate(self._options):
            if one == option:
                self.query_one(SelectOverlay).highlighted = place


class ChoiceField(FormField):
    """One of ``options`` in a menu; ``prompt`` stands for no choice, with the answer None."""

    how = "{select} or {browse} opens the menu; a letter goes to what begins with it."

    def __init__(
        self,
        id: str,
        label: str,
        options: Mapping[Any, str],
        chosen: Any = None,
        *,
        prompt: str | None = None,
        **more: Any,
    ) -> None:
        pairs = [(Content(title), one) for one, title in options.items()]
        value = chosen if chosen in options else Select.NULL if prompt is not None else next(iter(options))
        self.select = Menu(pairs, value=value, prompt=prompt or "", allow_blank=prompt is not None, id=id, compact=True)
        super().__init__(label, self.select, **more)

    @property
    def now(self) -> Any:
        return None if self.select.is_blank() else self.select.value

    def offer(self, options: Mapping[Any, str], likely: Any = None) -> None:
        """Replace the options. Selects ``likely`` if it is among them; otherwise the selection stays. In a menu that is
        open, the cursor stays on its option."""
        chosen, at = self.now, self.select.at
        self.select.set_options((Content(title), one) for one, title in options.items())
        for wanted in (chosen, likely):
            if wanted in options:
                self.select.value = wanted
        if at is not None:
            self.select.move_to(at)


class ArrowChoice(RadioSet, inherit_bindings=False):
    """The arrow keys choose; Enter is left to the dialog."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bound("down", "choose(1)", "Next", show=False),
        bound("up", "choose(-1)", "Before", show=False),
    ]

    def action_choose(self, by: int) -> None:
        buttons = list(self.query(RadioOption))
        buttons[(self.pressed_index + by) % len(buttons)].value = True


class RadioField(FormField):
    """One of ``options``, all visible, below each other or ``across``."""

    how = "{up} and {down} choose."

    def __init__(
        self,
        id: str,
        label: str | None,
        options: Mapping[Any, str],
        chosen: Any = None,
        *,
        across: bool = False,
        **more: Any,
    ) -> None:
        self._options = list(options)
        chosen = chosen if chosen in options else None
        buttons = (
            RadioOption(title, value=one == chosen if chosen is not None else not at)
            for at, (one, title) in enumerate(options.items())
        )
        self._radio = ArrowChoice(*buttons, id=id, classes="-across" if across else "", compact=True)
        super().__init__(label, self._radio, **more)

    @property
    def now(self) -> Any:
        return self._options[max(0, self._radio.pressed_index)]

    def choose(self, option: Any) -> None:
        """Select an option."""
        list(self._radio.query(RadioOption))[self._options.index(option)].value = True


class TickField(FormField):
    """Yes or no."""

    how = "{select} ticks it, or takes the tick away."

    def __init__(self, id: str, text: str, value: bool = False, *, label: str | None = "", **options: Any) -> None:
        self._tick = Tick(text, value=value, id=id, compact=True)
        super().__init__(label, self._tick, **options)

    @property
    def now(self) -> bool:
        return self._tick.value

    def tick(self, value: bool) -> None:
        """Tick or untick it."""
        self._tick.value = value


class TicksField(FormField):
    """Any of ``options``; the answer is a tuple of them."""

    how = "{select} ticks one; {Complete} goes to the next."

    def __init__(
        self,
        id: str,
        label: str | None,
        options: Mapping[Any, str],
        chosen: Collection[Any],
        *,
        across: bool = True,
        **more: Any,
    ) -> None:
        self._ticks = {
            one: Tick(title, value=one in chosen, id=f"{id}-{one}", compact=True) for one, title in options.items()
        }
        box = Horizontal if across else Vertical
        super().__init__(label, box(*self._ticks.values(), id=id, classes="ticks"), **more)

    @property
    def now(self) -> tuple[Any, ...]:
        return tuple(one for one, tick in self._ticks.items() if tick.value)

    def tick(self, chosen: Collection[Any]) -> None:
        """Tick these and no others."""
        for one, tick in self._ticks.items():
            tick.value = one in chosen
