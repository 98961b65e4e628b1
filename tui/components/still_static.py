"""Texts that cost no more than they must: the same again isn't painted, and the same height isn't laid out."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderResult
from rich.segment import Segment
from rich.text import Text
from textual.geometry import Size
from textual.reactive import Reactive
from textual.visual import VisualType
from textual.widgets import Static


class StillStatic(Static):
    """A ``Static`` that knows what it shows."""

    _shown: str | Text | tuple[int, list[Segment]] | None = None  # the text, or its lines in this width

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        content = self.once(content)
        if not self.shows(content):
            super().update(content, layout=layout)

    def once(self, content: VisualType) -> VisualType:
        """The content so that it is worked out once, to compare it and to paint it."""
        is_wide = self.size.width > 0 and not self.styles.is_auto_width
        if is_wide and isinstance(content, ConsoleRenderable) and not isinstance(content, Text):
            return _RenderedOnce(content)
        return content

    def shows(self, content: VisualType) -> bool:
        """Whether it shows this already, as far as that can be said; takes note of it."""
        before, self._shown = self._shown, None
        if isinstance(content, Text | str):
            self._shown = content if isinstance(content, str) else content.copy()
        elif isinstance(content, _RenderedOnce):
            console, width = self.app.console, self.size.width
            self._shown = width, content.segments(console, console.options.update(width=width, highlight=False))
        return before is not None and _same(before, self._shown)


class FlowingStatic(StillStatic):
    """As wide as its container, and at least as high. The screen is laid out anew only if the height changes: that
    takes longer than painting it."""

    DEFAULT_CSS = "FlowingStatic { min-height: 100%; }"

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))  # Textual's would have it laid out a second time

    _room = Size(0, 0)

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        content = self.once(content)
        (width, height), container = self.size, self.container_size
        if self.shows(content) and container == self._room:
            return
        self._room = container
        Static.update(self, content, layout=False)
        if layout and (
            not width or max(container.height, self.get_content_height(container, self.app.size, width)) != height
        ):
            self.refresh(layout=True)


class _RenderedOnce:
    """Tables and the like, worked out once for their height and their lines."""

    def __init__(self, content: ConsoleRenderable) -> None:
        self._content, self._width = content, 0
        self._segments: list[Segment] = []

    def segments(self, console: Console, options: ConsoleOptions) -> list[Segment]:
        """Its lines in this width."""
        if self._width != options.max_width:
            self._segments, self._width = list(console.render(self._content, options)), options.max_width
        return self._segments

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from self.segments(console, options)


def _same(one: object, other: object) -> bool:
    if isinstance(one, Text) and isinstance(other, Text):
        return one == other and one.style == other.style and one.no_wrap == other.no_wrap
    return one == other
