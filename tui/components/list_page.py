"""A page with a list and a line to filter it with: the ways from the one to the other and back."""

from __future__ import annotations

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from ..shell.page import Page
from .filter_input import FilterInput


class ListPage(Page):
    """``#filter`` is the line, ``table`` the list. What the words of the line mean is the page's own."""

    @property
    def table(self) -> Widget:
        """The list."""
        return self.query_one("#table")

    def action_filter(self) -> None:
        self.query_one("#filter", Input).focus()

    @on(Input.Submitted, "#filter")
    def _filter_submitted(self) -> None:
        self.table.focus()

    @on(FilterInput.Left)
    def _filter_left(self, event: FilterInput.Left) -> None:
        if event.clear:
            self.query_one("#filter", Input).value = ""
        self.table.focus()
