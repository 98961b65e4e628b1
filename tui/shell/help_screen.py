"""The help overlay: the field that has the focus, the keys that work now, the filter language; it can be searched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.table import Table
from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from ..components.text_styles import Tone, style_of
from ..dialogs.details_dialog import DetailsDialog
from ..dialogs.form_fields import FormField
from ..lists.filter_input import FilterInput
from ..lists.list_page import ListPage
from ..lists.list_table import ListTable
from .keys.keys import KEYS, bound, keys_of, shown_key
from .page import Page

_WIDTH = 10


@dataclass(frozen=True)
class HelpSection:
    """``rows`` are keys, or what is typed, and what they do; ``width`` is the first's. ``place`` is the column."""

    title: str
    rows: tuple[tuple[str, str], ...]
    width: int = _WIDTH
    place: str = "left"

    def narrowed(self, words: list[str]) -> HelpSection:
        """Only the rows with all the words."""
        rows = tuple(
            row for row in self.rows if all(word in f"{self.title} {row[0]} {row[1]}".lower() for word in words)
        )
        return HelpSection(self.title, rows, self.width, self.place)


class HelpScreen(DetailsDialog[None]):
    """Generated from the bound keys, so that it is always true. ``/`` finds in it."""

    BINDINGS: ClassVar[list[BindingType]] = [bound("filter", "find", "Find", show=False)]

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__("Help", scrolls=True)
        self._sections = list(sections(screen, screen.focused))

    def compose_form(self) -> Iterable[Widget]:
        yield FilterInput(id="find", placeholder="{filter} finds a key or a word")
        yield from self._column("above")
        with Horizontal(id="help-columns"):
            with Vertical():
                yield from self._column("left")
            with Vertical():
                yield from self._column("right")
        yield from self._column("below")

    def _column(self, place: str) -> Iterator[Widget]:
        for number, section in enumerate(self._sections):
            if section.place == place:
                yield Static(section.title, classes="section", id=f"title-{number}", markup=False)
                yield Static(self._text(section), classes="item", id=f"rows-{number}")

    def _text(self, section: HelpSection) -> Table:
        table = Table.grid(padding=(0, 1, 0, 0))  # a second line stays in its column
        if section.width:
            table.add_column(width=section.width, style=style_of(self.app, Tone.ACCENT))
        table.add_column()
        for keys, what in section.rows:
            table.add_row(*([Text(keys)] if section.width else []), Text(what))
        return table

    # Finding

    def action_find(self) -> None:
        self.query_one("#find", FilterInput).focus()

    @on(Input.Changed, "#find")
    def _find(self, event: Input.Changed) -> None:
        words = event.value.lower().split()
        for number, section in enumerate(self._sections):
            found = section.narrowed(words)
            for part in (f"#title-{number}", f"#rows-{number}"):
                self.query_one(part, Static).display = bool(found.rows)
            self.query_one(f"#rows-{number}", Static).update(self._text(found))

    @on(Input.Submitted, "#find")
    def _find_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one("#form").focus()

    @on(FilterInput.Left)
    def _find_left(self, event: FilterInput.Left) -> None:
        if event.clear and (field := self.query_one("#find", FilterInput)).value:
            field.value = ""
        self.query_one("#form").focus()


def sections(screen: Screen[Any], focused: Widget | None) -> Iterator[HelpSection]:
    """What helps on this screen or dialog, with this focus."""
    field = next((one for one in focused.ancestors_with_self if isinstance(one, FormField)), None) if focused else None
    if field is not None and (lines := field.help_lines):
        yield HelpSection("This field", tuple(("", line) for line in lines), 0, "above")
    active = list(screen.active_bindings.values())
    own = [one.binding for one in active if one.node is screen and one.enabled]
    yield HelpSection("This screen" if isinstance(screen, Page) else "This dialog", _rows(own))
    tables = [focused] if isinstance(focused, ListTable) else list(screen.query(ListTable))[:1]
    if tables:
        of_screen = {binding.id for binding in _of(screen)}
        of_list = [binding for binding in _of(tables[0]) if binding.id not in of_screen and _works(tables[0], binding)]
        yield HelpSection("Lists", _rows(of_list), place="right")
    elif focused is not None and field is None:
        here = [one.binding for one in active if one.node not in (screen, screen.app)]
        yield HelpSection("Here", _rows(here), place="right")
    names = {binding.id for binding in own}
    everywhere = _rows(
        binding
        for binding in _of(screen.app)
        if binding.id not in names
        and (isinstance(screen, Page) or binding.priority)
        and screen.app.check_action(binding.action, ()) is not False
    )
    numbers = [(_screens(), "Screens")] if isinstance(screen, Page) else []
    ways = [("tab", "Next field"), (shown_key(keys_of("back")[0]), "Back, cancel")]
    yield HelpSection("Everywhere", (*numbers, *everywhere, *ways), place="right")
    if isinstance(screen, ListPage):
        filters = screen.filter_help
        yield HelpSection("Filter", tuple(filters), max(22, *(len(words) for words, _ in filters)), "below")


def _of(node: DOMNode) -> list[Binding]:
    """The keys of a screen, a widget or the app, except those of the screens."""
    found = [binding for bindings in node._bindings.key_to_bindings.values() for binding in bindings]
    return [binding for binding in found if not (binding.id or "").startswith("screen-")]


def _works(table: ListTable[Any], binding: Binding) -> bool:
    """Whether a list has this key: one that is no more than a choice has none for files and columns."""
    return table.has_tools or not binding.action.startswith("app.")


def _screens() -> str:
    return f"{shown_key(keys_of('screen-1')[0])} … {shown_key(keys_of('screen-9')[0])}"


def _rows(bindings: Iterable[Binding]) -> tuple[tuple[str, str], ...]:
    """The keys of today, and what they do here."""
    by_action = {(binding.id, binding.action): binding for binding in bindings if binding.id in KEYS}
    return tuple(
        (" ".join(map(shown_key, keys_of(name or ""))), binding.tooltip or binding.description)
        for (name, _), binding in by_action.items()
    )
