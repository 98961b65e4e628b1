"""Names and values, aligned."""

from __future__ import annotations

from collections.abc import Iterable

from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual.app import App

from .text_styles import Tone, style_of

Value = str | Text


def fields(app: App[object], pairs: Iterable[tuple[str, Value]], *, width: int = 13) -> Table:
    """A grid of dim names and their values; long values wrap in their column."""
    grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
    grid.add_column(width=width, style=style_of(app, Tone.DIM))
    grid.add_column(ratio=1, overflow="fold", style=Style.null())
    for name, value in pairs:
        grid.add_row(name, value if isinstance(value, Text) else Text(value))
    return grid
