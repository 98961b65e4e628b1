"""The details of one record: a title, and a text below it to scroll."""

from __future__ import annotations

from typing import NamedTuple

from rich.console import RenderableType
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Static


class Details(NamedTuple):
    """A title and what is below it."""

    title: Text
    body: RenderableType


class DetailsPane(Vertical):
    """``show`` gives it the details; ``scrolls`` lets its text be scrolled by keys. ``Resized`` tells that it has
    another ``room``."""

    class Resized(Message):
        """A line has more cells, or fewer."""

    def __init__(self, *, id: str, scrolls: bool = False) -> None:
        super().__init__(id=id)
        self._scrolls = scrolls

    def on_resize(self) -> None:
        self.post_message(self.Resized())

    def compose(self) -> ComposeResult:
        yield Static("", classes="details-title")
        with VerticalScroll(can_focus=self._scrolls):
            yield Static("", classes="details-body")

    def show(self, details: Details | None) -> None:
        """Show these, or nothing."""
        title, body = details or ("", "")
        self.query_one(".details-title", Static).update(title)
        self.query_one(".details-body", Static).update(body)

    @property
    def room(self) -> int:
        """How many cells a line has."""
        return self.content_size.width

    def go_home(self) -> None:
        """Show the beginning of the text."""
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def scroll_page(self, by: int) -> None:
        """Scroll by so many pages."""
        text = self.query_one(VerticalScroll)
        text.scroll_relative(y=by * max(1, text.size.height - 1), animate=False)
