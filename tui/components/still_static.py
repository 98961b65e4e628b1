"""Texts that cost no more than they must: the same again isn't painted, and the same height isn't laid out."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderableType, RenderResult
from rich.segment import Segment
from rich.text import Text
from textual.geometry import Size
from textual.reactive import Reactive
from textual.visual import VisualType
from textual.widgets import Static


class StillStatic(Static):
    """A ``Static`` that knows what it shows."""

    _shown: RenderableType | None = None

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        if isinstance(content, Text):
            if isinstance(self._shown, Text) and _same(self._shown, content):
                return
            self._shown = content.copy()
        else:
            self._shown = None
        super().update(content, layout=layout)


class FlowingStatic(Static):
    """A ``Static`` as wide as its container, and at least as high. The screen is laid out anew only if the height
    changes: that takes longer than painting it."""

    DEFAULT_CSS = "FlowingStatic { min-height: 100%; }"

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))  # Textual's would have it laid out a second time

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        if isinstance(content, ConsoleRenderable) and not isinstance(content, Text):
            content = _RenderedOnce(content)
        super().update(content, layout=False)
        (width, height), container = self.size, self.container_size
        if layout and (
            not width or max(container.height, self.get_content_height(container, self.app.size, width)) != height
        ):
            self.refresh(layout=True)


class _RenderedOnce:
    """Tables and the like, worked out once for their height and their lines."""

    def __init__(self, content: ConsoleRenderable) -> None:
        self._content, self._width = content, 0
        self._segments: list[Segment] = []

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self._width != options.max_width:
            self._segments, self._width = list(console.render(self._content, options)), options.max_width
        yield from self._segments


def _same(one: Text, other: Text) -> bool:
    return one == other and one.style == other.style and one.no_wrap == other.no_wrap
