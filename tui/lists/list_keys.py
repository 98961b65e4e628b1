"""The keys of a list: moving, selecting, opening, sorting."""

from __future__ import annotations

from textual.binding import BindingType

from ..shell.keys.keys import bound


def moving_keys() -> list[BindingType]:
    """The keys that move the cursor of a list."""
    return [
        bound("up", "move(-1)", show=False),
        bound("down", "move(1)", show=False),
        bound("page-up", "page(-1)", show=False),
        bound("page-down", "page(1)", show=False),
        bound("first", "jump(0)", show=False),
        bound("last", "jump(-1)", show=False),
    ]


def tool_keys() -> list[BindingType]:
    """The keys of what the console does for every list: columns, copying, writing to a file."""
    return [
        bound("columns", "app.columns", "Columns", show=False),
        bound("copy", "app.copy_from_list", "Copy", show=False),
        bound("save-list", "app.save_list", "Write the list", show=False),
    ]


def list_keys(opens: str = "Open", *, tooltip: str = "", shows: bool = True) -> list[BindingType]:
    """All keys of a list. ``opens`` is what Enter is called, in the footer if ``shows``."""
    return [
        *moving_keys(),
        bound("select", "mark", "Select"),
        bound("select-range", "range", show=False),
        bound("select-up", "extend(-1)", show=False),
        bound("select-down", "extend(1)", show=False),
        bound("invert", "turn_round", show=False),
        bound("open", "open", opens, tooltip=tooltip, show=shows),
        bound("sort", "sort_next", "Sort"),
        bound("turn-order", "sort_turn", show=False),
    ]
