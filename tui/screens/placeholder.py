"""The screens that are not there yet: a sentence each, and nothing that looks like data."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from ..pages import PAGES, PageName
from .page import Page

SENTENCES = {
    "policies": "Here the policies will be that deploy certificates to devices, and how far each deployment is.",
}


class PlaceholderPage(Page):
    """A screen that says what it is going to be."""

    AUTO_FOCUS = ""

    def __init__(self, name: PageName) -> None:
        super().__init__()
        self._page = name

    @property
    def mode_page(self) -> str:
        return self._page.name

    def compose_page(self) -> ComposeResult:
        with Vertical(id="placeholder"):
            yield Static(self._page.title, classes="title")
            yield Static(SENTENCES[self._page.name], classes="sentence")
            yield Static("It is not there yet.", classes="sentence strong")
            there = [f"{number} {page.title}" for number, page in enumerate(PAGES, 1) if page.name not in SENTENCES]
            yield Static(f"{', '.join(there[:-1])} and {there[-1]} are.", classes="quiet")
