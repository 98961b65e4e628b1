"""Lines of text with links: a cursor goes from one link to the next, and Enter opens it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from ..components.still_static import StillStatic
from ..shell.keys.keys import bound

Opening = Callable[[], object]


class LinePart(NamedTuple):
    """A piece of a line. With ``open`` it is a link, which ``key`` identifies when the lines are shown anew."""

    text: Text
    key: str = ""
    open: Opening | None = None


Line = Sequence[LinePart]


class LinkedLines(VerticalScroll, can_focus=True):
    """``show`` gives it the lines. The cursor stays on the link with the same key, otherwise at its position."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bound("up", "line(-1)", "Up", show=False),
        bound("down", "line(1)", "Down", show=False),
        bound("left", "along(-1)", "Link before", show=False),
        bound("right", "along(1)", "Next link", show=False),
        bound("first", "jump(0)", "First", show=False),
        bound("last", "jump(-1)", "Last", show=False),
        bound("open", "open", "Open"),
    ]

    class Above(Message):
        """The cursor went up from the first line."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[Line] = []
        self._links: list[tuple[int, int]] = []  # by line and part
        self._at = 0

    def compose(self) -> ComposeResult:
        yield StillStatic(markup=False)

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines, each cut at the widget's width."""
        key = "" if (link := self._link) is None else link.key
        self._lines = [tuple(line) for line in lines]
        self._links = [(y, x) for y, line in enumerate(lines) for x, part in enumerate(line) if part.open is not None]
        keys = [self._lines[y][x].key for y, x in self._links]
        self._at = keys.index(key) if key in keys else max(0, min(self._at, len(keys) - 1))
        self._draw()

    @property
    def _link(self) -> LinePart | None:
        """The link under the cursor."""
        if not self._links:
            return None
        y, x = self._links[self._at]
        return self._lines[y][x]

    def _draw(self) -> None:
        width = self.content_size.width
        drawn = Text("\n", no_wrap=True).join(self._line(y, width) for y in range(len(self._lines)))
        self.query_one(Static).update(drawn)

    def _line(self, y: int, width: int) -> Text:
        text, at = Text(no_wrap=True), self._links[self._at] if self._links and self.has_focus else None
        for x, part in enumerate(self._lines[y]):
            piece = part.text.copy()
            if part.open is not None:
                piece.apply_meta({"link": (y, x)})
            if (y, x) == at:
                piece.stylize("reverse", 0, len(piece.plain.rstrip()))
            text.append_text(piece)
        text.truncate(width, overflow="ellipsis")
        return text

    def _go(self, at: int) -> None:
        self._at = at
        self._draw()
        y = self._links[at][0]
        if at == 0:
            y = 0  # with the lines above, which have no link
        top, height = self.scroll_offset.y, self.content_size.height
        if y < top:
            self.scroll_to(y=y, animate=False, force=True)
        elif y >= top + height:
            self.scroll_to(y=y - height + 1, animate=False, force=True)

    def action_line(self, by: int) -> None:
        if not self._links:
            self.post_message(self.Above())
            return
        y, _ = self._links[self._at]
        place = self._at - next(at for at, link in enumerate(self._links) if link[0] == y)
        others = sorted({link[0] for link in self._links if (link[0] - y) * by > 0}, reverse=by < 0)
        if others:
            own = [at for at, link in enumerate(self._links) if link[0] == others[0]]
            self._go(own[min(place, len(own) - 1)])
        elif by < 0:
            self.post_message(self.Above())

    def action_along(self, by: int) -> None:
        if self._links:
            self._go(max(0, min(self._at + by, len(self._links) - 1)))

    def action_jump(self, to: int) -> None:
        if self._links:
            self._go(0 if to == 0 else len(self._links) - 1)

    def action_open(self) -> None:
        if (link := self._link) is not None and link.open is not None:
            link.open()

    def on_click(self, event: events.Click) -> None:
        if (place := event.style.meta.get("link")) in self._links:
            self._go(self._links.index(place))
            if event.chain == 2:
                self.action_open()

    def on_focus(self) -> None:
        self._draw()

    def on_blur(self) -> None:
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        self._draw()
