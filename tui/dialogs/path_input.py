"""A line for a path, which Tab completes as in a shell."""

from __future__ import annotations

import asyncio
from typing import ClassVar, Protocol, runtime_checkable

from textual import events
from textual.binding import BindingType
from textual.suggester import Suggester
from textual.widgets import Input

from ..shell.keys.keys import bound
from .pasted_path import pasted_path
from .path_completion import certain, complete_path, entries_for

_PATIENCE = 2  # seconds for a folder on a slow network drive; after that Tab completes nothing


@runtime_checkable
class Browser(Protocol):
    """What a path's line is part of, if files can be browsed there."""

    def browse(self) -> None:
        """Go to the list of files."""

    @property
    def is_chosen(self) -> bool:
        """Whether the path in the line has been chosen."""

    def tell_of_file(self) -> bool:
        """Choose the path if it is that of a file; returns whether that was new."""

    @property
    def takes_pasted(self) -> bool:
        """Whether a text that is pasted may stand for a file with it."""

    def take_pasted(self, text: str) -> None:
        """Choose the text in place of a file."""


class PathSuggester(Suggester):
    """Completes a path from the disk, in the background: a network drive may be slow."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        return await asyncio.to_thread(complete_path, value)


class PathInput(Input):
    """Tab completes what is certain; where several paths begin like that, it goes on from one to the next, and
    shift+tab back. On the path of a file it chooses it, as Enter does, and otherwise moves on to the next field. The
    path that a terminal pastes for a dragged file, in quotation marks or as an address, is taken without these."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bound("complete", "complete", show=False),
        bound("complete-back", "complete_back", show=False),
        bound("browse", "browse", show=False),
    ]

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(
            value, placeholder=placeholder, id=id, suggester=PathSuggester(), compact=True, select_on_focus=False
        )
        self._offered: tuple[str, ...] = ()

    def takes_all_of(self, text: str) -> bool:
        """Whether what is pasted is the content of a file, and stands for one: no path has several lines."""
        is_content = "-----BEGIN " in text or len(text.split("\n")) > 2
        return is_content and self.browser is not None and self.browser.takes_pasted

    def on_paste(self, event: events.Paste) -> None:
        if self.browser is not None and self.takes_all_of(event.text):
            event.prevent_default()
            event.stop()
            self.browser.take_pasted(event.text)
        elif (path := pasted_path(event.text)) is not None:
            event.prevent_default()
            event.stop()
            self.insert_text_at_cursor(path)

    @property
    def is_cycling(self) -> bool:
        """Whether the text is one of those that Tab goes through."""
        return self.value in self._offered

    @property
    def browser(self) -> Browser | None:
        """What it is part of, if files can be browsed there."""
        return self.parent if isinstance(self.parent, Browser) else None

    async def action_complete(self) -> None:
        text = self.value
        if not text.strip() or (self.browser is not None and self.browser.is_chosen):
            self.screen.focus_next()
        elif self.is_cycling:
            self._turn(1)
        elif not await self._complete(text):
            self.screen.focus_next()

    async def _complete(self, text: str) -> bool:
        """Complete the text, choose it, or begin to go through what it may become; False if none of it is possible."""
        try:
            found = await asyncio.wait_for(asyncio.to_thread(entries_for, text), _PATIENCE)
        except TimeoutError:
            return False
        texts = tuple(one.text for one in found)
        longer = certain(texts)
        if len(longer) > len(text):
            self._write(longer)
        elif self.browser is not None and self.browser.tell_of_file():
            pass
        elif len(texts) > 1 and text not in texts:
            self._offered = texts
            self._write(texts[0])
        else:
            return False
        return True

    def action_complete_back(self) -> None:
        if self.is_cycling and not (self.browser is not None and self.browser.is_chosen):
            self._turn(-1)
        else:
            self.screen.focus_previous()

    def _turn(self, by: int) -> None:
        self._write(self._offered[(self._offered.index(self.value) + by) % len(self._offered)])

    def _write(self, text: str) -> None:
        self.value = text
        self.cursor_position = len(text)

    def action_browse(self) -> None:
        if self.browser is not None:
            self.browser.browse()
