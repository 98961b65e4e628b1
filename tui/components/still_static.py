"""A text that is painted again only if it differs: over a slow line, the same again is traffic for nothing."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text
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


def _same(one: Text, other: Text) -> bool:
    return one == other and one.style == other.style and one.no_wrap == other.no_wrap
