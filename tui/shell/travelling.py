"""Where somebody has been: Esc goes back along the links that they followed, alt+left and alt+right through all places.

Each place comes back as it was left: filter, row, scrolling, and the details that were open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from textual.app import App
from textual.binding import BindingType
from textual.screen import Screen

from ..lists.list_page import ListPage
from ..lists.list_table import ListTable
from ..lists.tabbed_details import DetailPage
from .keys.keys import bound

MOST = 100  # places that are remembered


@dataclass(frozen=True)
class VisitedPlace:
    """A screen as somebody left it. ``details`` are those on a screen of their own: their kind and record."""

    mode: str
    filter: str | None = None
    record: int | None = None
    top: float = 0
    details: tuple[type[DetailPage[Any]], int] | None = None


class _Arrival(NamedTuple):
    """A screen that somebody came to by a link, and the filter that its list had then."""

    screen: Screen[Any]
    filter: str


TRAVEL_KEYS: list[BindingType] = [
    bound("back", "way_back", "Back", tooltip="Back to where you came from", priority=True),
    bound("visited-before", "visited(-1)", show=False, tooltip="The place before"),
    bound("visited-after", "visited(1)", show=False, tooltip="The place after it"),
]


class Travelling(App[None]):
    """Going to screens, lists and records, and back.

    Esc is for the way back while somebody looks at what they came for: while the list has the same filter or none, and
    no selection. Otherwise it first does what it always does there.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._before: list[VisitedPlace] = []
        self._after: list[VisitedPlace] = []
        self._arrivals: list[_Arrival] = []  # those that Esc can undo; the last places of ``_before`` are theirs
        self._under_way = False

    # There

    def action_page(self, name: str) -> None:
        """Go to a screen by its key."""
        self._arrivals.clear()
        if name != self.current_mode:
            self._set_out()
        self.switch_mode(name)

    def visit(self, go: Callable[[], object]) -> None:
        """Go somewhere from where Esc comes back to this screen."""
        if self._under_way:
            go()
            return
        self._under_way = True
        self._set_out()
        try:
            go()
        finally:
            self._under_way = False
        self.call_after_refresh(lambda: self.call_later(self._arrived))

    def _set_out(self) -> None:
        self._before = [*self._before[1 - MOST :], self.place()]
        self._after.clear()

    def _arrived(self) -> None:
        screen = self.screen
        self._arrivals.append(_Arrival(screen, screen.typed_filter if isinstance(screen, ListPage) else ""))
        screen.refresh_bindings()

    def open_list(self, mode: str, filter: str) -> None:
        """Go to a list, with its filter set."""
        self.visit(lambda: self.with_list(mode, lambda page: page.show_filtered(filter)))

    def open_record(self, mode: str, id: int) -> None:
        """Go to a record of a list."""
        self.visit(lambda: self.with_list(mode, lambda page: page.reveal(id)))

    def with_list(self, mode: str, act: Callable[[Any], object]) -> None:
        """Show the list of a mode without details over it, and then act on it."""
        self._show_base(mode)
        if isinstance(page := self.screen, ListPage):
            self.call_after_refresh(act, page)

    def _show_base(self, mode: str) -> None:
        self.switch_mode(mode)
        while isinstance(self.screen, DetailPage):
            self.pop_screen()

    # And back

    def place(self) -> VisitedPlace:
        """Where somebody is."""
        details = next((screen for screen in reversed(self.screen_stack) if isinstance(screen, DetailPage)), None)
        shown = None if details is None else (type(details), details.record_id)
        page = self.screen_stack[0]
        if not isinstance(page, ListPage) or not page.query("#table"):  # another one, or not shown yet
            return VisitedPlace(self.current_mode, details=shown)
        record = page.table.record
        return VisitedPlace(
            self.current_mode,
            page.typed_filter,
            None if record is None else record.id,
            page.table.scroll_offset.y,
            shown,
        )

    def go_to_place(self, place: VisitedPlace) -> None:
        """Show a place as it was left. What has been deleted since is left out."""
        self._show_base(place.mode)
        if isinstance(page := self.screen, ListPage):
            self.call_after_refresh(_put_back, page, place)
        if place.details is not None:
            kind, id = place.details
            self.push_screen(kind(id))

    def action_way_back(self) -> None:
        self._arrivals.pop()
        self._go_back()

    def action_visited(self, by: int) -> None:
        if by < 0 and self._before:
            if self._arrivals:
                self._arrivals.pop()
            self._go_back()
        elif by > 0 and self._after:
            self._before.append(self.place())
            self._arrivals.clear()
            self.go_to_place(self._after.pop())

    def _go_back(self) -> None:
        self._after.append(self.place())
        self.go_to_place(self._before.pop())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "way_back":
            return self._is_open(self.screen)
        return super().check_action(action, parameters)

    def _is_open(self, screen: Screen[Any]) -> bool:
        """Whether Esc goes back from a screen."""
        if not self._arrivals or screen is not self._arrivals[-1].screen:
            return False
        if not isinstance(screen, ListPage):
            return True
        as_it_was = screen.typed_filter in ("", self._arrivals[-1].filter) and not screen.table.marked
        return screen.table.has_focus and as_it_was


def _put_back(page: ListPage[Any], place: VisitedPlace) -> None:
    table: ListTable[Any] = page.table
    if page.typed_filter != place.filter:
        page.set_filter(place.filter or "")
        page.narrow(place.filter or "")
    if place.record is not None:
        table.move_to(place.record)
    table.scroll_to(y=place.top, animate=False, force=True)
    table.focus()
