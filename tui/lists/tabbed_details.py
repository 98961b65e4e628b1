"""The details of one record on several tabs, beside a list or on their own screen."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import ClassVar, Generic

from rich.console import RenderableType
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static, TabbedContent, TabPane

from ...store.persistence.database import Changes
from ..components.still_static import FlowingStatic, StillStatic
from ..components.text_styles import Tone, styled
from ..shell.console_app import ConsoleApp, console_of
from ..shell.keys.keys import bound
from ..shell.page import Page
from .line_painter import R
from .list_page import RECORD_KEYS
from .list_table import ListTable

TAB_KEYS: list[BindingType] = [
    bound("next-tab", "tab(1)", "Next tab of details", show=False),
    bound("previous-tab", "tab(-1)", "Tab before", show=False),
]


class TabbedDetails(Vertical, Generic[R]):
    """``show`` gives it the record. Only the open tab is updated: ``body`` returns its contents."""

    tabs: ClassVar[tuple[tuple[str, str], ...]]  # titles and ids
    nothing: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(id="details")
        self.row: R | None = None

    @property
    def console(self) -> ConsoleApp:
        return console_of(self)

    def name_of(self, row: R) -> str:
        """The record's name, safe to show."""
        raise NotImplementedError  # not abstract: pages query this type

    def body(self, tab: str, row: R) -> RenderableType:
        """The contents of a tab."""
        raise NotImplementedError  # not abstract: pages query this type

    def compose(self) -> ComposeResult:
        yield StillStatic("", id="details-title")
        with TabbedContent(id="details-tabs"):
            for title, tab in self.tabs:
                with TabPane(title, id=tab):
                    yield from self.compose_tab(tab)

    def compose_tab(self, tab: str) -> Iterable[Widget]:
        """The widgets of a tab."""
        yield VerticalScroll(FlowingStatic(id=f"{tab}-text"))

    def on_resize(self) -> None:
        self._show_tab()

    def show(self, row: R | None) -> None:
        """Show this record; None clears the tabs."""
        self.row = row
        self.query_one(TabbedContent).display = row is not None
        title = self.query_one("#details-title", Static)
        if row is None:
            title.update(styled(self.app, (self.nothing, Tone.DIM)), layout=False)
            return
        text = styled(self.app, (f"#{row.id} ", Tone.DIM), (self.name_of(row), Tone.STRONG))
        text.no_wrap, text.overflow = True, "ellipsis"
        title.update(text, layout=False)  # it is one line
        self._show_tab()

    @on(TabbedContent.TabActivated)
    def _tab_activated(self, event: TabbedContent.TabActivated) -> None:
        event.stop()
        self._show_tab()

    def turn(self, by: int) -> None:
        """Go to the next or the previous tab."""
        tabs = self.query_one(TabbedContent)
        names = [tab for _, tab in self.tabs]
        tabs.active = names[(names.index(tabs.active) + by) % len(names)]

    def _show_tab(self) -> None:
        tab = self.query_one(TabbedContent).active
        if self.row is not None and tab:
            self.show_tab(tab, self.row)

    def show_tab(self, tab: str, row: R) -> None:
        """Update a tab."""
        self.query_one(f"#{tab}-text", Static).update(self.body(tab, row))


class DetailPage(Page, Generic[R]):
    """The details of one record on their own screen, for narrow terminals; Esc goes back to the list."""

    AUTO_FOCUS = "Tabs"
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("back", "back", "Back"),
        bound("folder-above", "back", "Back", show=False),
        *RECORD_KEYS,
        *TAB_KEYS,
    ]

    def __init__(self, id: int) -> None:
        super().__init__()
        self.record_id = id

    def action_record(self, by: int) -> None:
        """Go to the next record of the list below, or to the one before."""
        below = self.app.screen_stack[-2] if len(self.app.screen_stack) > 1 else None
        for table in [] if below is None else below.query(ListTable):
            ids = [row.id for row in table.rows]
            at = ids.index(self.record_id) + by if self.record_id in ids else -1
            if 0 <= at < len(ids):
                self.record_id = ids[at]
                table.move_to(self.record_id)
                self.show_state(None)
            else:
                self.console.note("That is the last one." if by > 0 else "That is the first one.")
            return

    @property
    @abstractmethod
    def rows(self) -> Mapping[int, R]:
        """The records by their ids."""

    @property
    def details(self) -> TabbedDetails[R]:
        """The details."""
        return self.query_one("#details", TabbedDetails)

    def targets(self) -> list[R]:
        """The record, as long as it exists."""
        row = self.rows.get(self.record_id)
        return [] if row is None else [row]

    def show_state(self, changes: Changes | None) -> None:
        if found := self.targets():
            self.details.show(found[0])
        elif self.is_current:
            self.call_later(self.action_back)
        else:  # a dialog is open: back when it is closed
            self._stale = True

    def action_back(self) -> None:
        if self.is_current:
            self.app.pop_screen()

    def action_tab(self, by: int) -> None:
        self.details.turn(by)
