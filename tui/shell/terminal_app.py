"""An app on a terminal that may hang up, and that a shell can have back for a while."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar

from rich.segment import Segment, Segments
from textual import events
from textual.app import SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Offset
from textual.widget import AwaitMount
from textual.widgets import Input, TextArea

from ...store.confinement import refuse_confined
from ...store.errors import Refusal
from ..terminal.ending import Ending
from ..terminal.suspension import stop_group
from ..terminal.terminal_driver import TerminalDriver
from ..terminal.typed_ahead import TypedAhead
from .error_boundary import log_trouble
from .keys.keys import bound, keyed, shown_key

_TRACE_SECONDS = 600.0


class TerminalApp(TypedAhead):
    """``ending`` is told when the terminal is gone. With ``steady`` off, an unexpected error ends it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bound("shell", "to_the_shell", "To the shell", tooltip="Shell; back with fg", show=False),
        bound("paint-anew", "paint_anew", show=False, priority=True, tooltip="Paint the screen anew"),
    ]

    takes_mouse = True
    steady = True
    _written_at = Offset()

    def __init__(self, ending: Ending | None = None) -> None:
        self.ending = ending or Ending()
        self._troubles: dict[str, float] = {}  # what was told, and until when it needn't be told again
        super().__init__()

    @property
    def cursor_position(self) -> Offset:
        """The place of the terminal's own cursor, which nobody sees: screen readers and braille displays read there, so
        it stands at the row of a list, in a text field at the letter, otherwise where the focused widget begins."""
        focused = None if self._shown is None else self._shown.focused
        if focused is None:
            return self._written_at
        if isinstance(focused, Input | TextArea):
            return focused.cursor_screen_offset
        place: Offset | None = getattr(focused, "place_of_cursor", None)
        return focused.region.offset if place is None else place

    @cursor_position.setter
    def cursor_position(self, place: Offset) -> None:
        self._written_at = place

    def get_driver_class(self) -> type[Driver]:
        driver = super().get_driver_class()
        return TerminalDriver if driver is LinuxDriver else driver

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Resize):
            self._paint_anew(event.size.width)
        await super().on_event(event)

    def switch_mode(self, mode: str) -> AwaitMount:
        self._paint_anew()  # another screen also covers what others wrote on the terminal, as `wall` does
        return super().switch_mode(mode)

    def _paint_anew(self, columns: int | None = None) -> None:
        if isinstance(self._driver, TerminalDriver):
            self._driver.paint_anew(columns)

    def action_paint_anew(self) -> None:
        self._paint_anew()
        self.refresh()

    def run_to_the_end(self) -> None:
        """Show the app until its user quits, or until ``ending`` begins."""
        with self.ending.by(self._leave), self.ending.at_last(self._give_back):
            self.run(mouse=self.takes_mouse)

    def trouble(self, error: BaseException) -> None:
        """Report an error, and continue. A refusal isn't told again while it is shown; the trace of an unexpected error
        is kept, once in ten minutes if the same comes again and again."""
        if isinstance(error, Refusal):
            said = f"{error.message[:1].upper()}{error.message[1:]}. {error.hint or ''}".rstrip()
            if self._is_news(said, self.NOTIFICATION_TIMEOUT):
                self.notify(said, severity="error", markup=False)
        elif self._is_news("".join(traceback.format_exception(error)), _TRACE_SECONDS):
            self.notify(log_trouble(error), title="An error of certfleet itself", severity="error", markup=False)

    def _is_news(self, said: str, seconds: float) -> bool:
        now = time.monotonic()
        self._troubles = {one: until for one, until in self._troubles.items() if until > now}
        is_news = said not in self._troubles
        self._troubles.setdefault(said, now + seconds)
        return is_news

    def _leave(self, status: int) -> None:
        if (loop := self._loop) is not None:
            loop.call_soon_threadsafe(partial(self.exit, return_code=status))

    def _give_back(self) -> None:
        if isinstance(self._driver, TerminalDriver):
            self._driver.give_back()

    def action_to_the_shell(self) -> None:
        if self._is_confined("going to the shell"):
            return
        with self.at_rest() as can_stop:
            if not can_stop:
                self.notify(keyed("A change is being written: try {shell} again when it is done."), markup=False)
                return
            try:
                with self.suspend():
                    stop_group()
            except SuspendNotSupported:
                self.notify("There is no shell to go to here.", markup=False)

    @contextmanager
    def at_rest(self) -> Iterator[bool]:
        """Inside, no thread of this process is amid something that others would have to wait for; False if one is."""
        yield True

    def _is_confined(self, what: str) -> bool:
        """Whether people are confined, who are then told that this can't be done."""
        try:
            refuse_confined(what)
        except Refusal as refusal:
            self.notify(f"{refusal.code}: {refusal.message}", severity="warning", markup=False)
            return True
        return False

    def get_key_display(self, binding: Binding) -> str:
        return shown_key(binding.key)

    # What Textual itself could open or write

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        if not self._is_confined("opening a browser"):
            super().open_url(url, new_tab=new_tab)

    def action_suspend_process(self) -> None:
        self.action_to_the_shell()

    def deliver_text(self, *args: Any, **options: Any) -> str | None:
        return None if self._is_confined("saving what Textual shows") else super().deliver_text(*args, **options)

    def deliver_binary(self, *args: Any, **options: Any) -> str | None:
        return None if self._is_confined("saving what Textual shows") else super().deliver_binary(*args, **options)

    def save_screenshot(self, *args: Any, **options: Any) -> str:
        refuse_confined("saving a picture of the screen")
        return super().save_screenshot(*args, **options)

    def _fatal_error(self) -> None:
        # Textual's own report shows local variables, which may include a password.
        error = sys.exc_info()[1]
        text = log_trouble(error) if error is not None else "The console ended unexpectedly."
        self._exit_renderables.append(Segments([Segment(f"{text} What was committed is safe.\n")]))
        self._close_messages_no_wait()
