"""The bottom line: the keys of the current screen, as many as fit; always help and quit."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.app import ScreenStackError
from textual.binding import ActiveBinding
from textual.screen import Screen
from textual.widget import Widget

from ...components.text_styles import Tone, styled


class KeyBar(Widget):
    """The screen's keys at the left: the way back, the others, then those of its list; the app's keys at the right.

    A click on a key presses it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._drawn = Text()

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, screen: Screen[object]) -> None:
        self.refresh()

    def render(self) -> Text:
        try:
            if self.screen.is_current:  # no key works below a dialog, and the line stays unchanged
                self._drawn = self._draw()
        except ScreenStackError:
            return Text()
        return self._drawn

    def _draw(self) -> Text:
        shown = [active for active in self.screen.active_bindings.values() if active.binding.show]
        always = [active for active in shown if active.node is self.app]
        taken = {self.app.get_key_display(active.binding) for active in always}
        here = [
            active
            for active in shown
            if active.node is self.screen and self.app.get_key_display(active.binding) not in taken
        ]
        here.sort(key=lambda active: active.binding.action != "back")
        focused = [active for active in shown if active.node is not self.app and active.node is not self.screen]
        right = Text("  ").join(self._key(active) for active in _once(always)) if always else Text()
        room = self.size.width - right.cell_len - 4
        left = Text()
        for active in _once([*here, *focused]):
            key = self._key(active)
            if left.cell_len + key.cell_len > room:
                break
            left.append_text(key).append("  ")
        gap = self.size.width - left.cell_len - right.cell_len - 2
        return Text(" ").append_text(left).append(" " * max(1, gap)).append_text(right)

    def _key(self, active: ActiveBinding) -> Text:
        binding = active.binding
        display = self.app.get_key_display(binding)
        text = styled(self.app, (display, Tone.ACCENT), (f" {binding.description}", Tone.DIM))
        text.stylize("bold", 0, len(display))
        text.apply_meta({"press": binding.key})
        return text

    def on_click(self, event: events.Click) -> None:
        if key := event.style.meta.get("press"):
            self.app.simulate_key(key)


def _once(bindings: list[ActiveBinding]) -> list[ActiveBinding]:
    """Each action under its first key."""
    by_action: dict[str, ActiveBinding] = {}
    for active in bindings:
        by_action.setdefault(active.binding.action, active)
    return list(by_action.values())
