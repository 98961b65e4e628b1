"""The details of one record: a title with a scrolling text below it."""

from __future__ import annotations

from typing import NamedTuple

from rich.console import RenderableType
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Static

from ..components.still_static import StillStatic


class Details(NamedTuple):
    """A title and the text below it."""

    title: Text
    body: RenderableType


class DetailsPane(Vertical):
    """``show`` gives it the details; with ``scrolls``, keys scroll its text. Posts ``Resized`` when its ``room``
    changes."""

    class Resized(Message):
        """The width of a line changed."""

    def __init__(self, *, id: str, scrolls: bool = False) -> None:
        super().__init__(id=id)
        self._scrolls = scrolls

    def on_resize(self) -> None:
        self.post_message(self.Resized())

    def compose(self) -> ComposeResult:
        yield StillStatic("", classes="details-title")
        with VerticalScroll(can_focus=self._scrolls):
            yield StillStatic("", classes="details-body")

    def show(self, details: Details | None) -> None:
        """Show these details; None clears the pane."""
        title, body = details or ("", "")
        self.query_one(".details-title", Static).update(title)
        self.query_one(".details-body", Static).update(body)

    def take_focus(self) -> None:
        """Let the keys scroll the text."""
        text = self.query_one(VerticalScroll)
        text.can_focus = True
        text.focus()

    @on(events.DescendantBlur)
    def _left(self) -> None:
        self.query_one(VerticalScroll).can_focus = self._scrolls

    @property
    def room(self) -> int:
        """The width of a line in cells."""
        return self.content_size.width

    def go_home(self) -> None:
        """Scroll to the beginning of the text."""
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def scroll_page(self, by: int) -> None:
        """Scroll by this many pages."""
        text = self.query_one(VerticalScroll)
        text.scroll_relative(y=by * max(1, text.size.height - 1), animate=False)
