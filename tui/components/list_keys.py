"""The keys of a list: moving, selecting, opening, sorting."""

from __future__ import annotations

from textual.binding import Binding, BindingType


def list_keys(*, g: bool = True, sort: str = "s", opens: Binding | None = None) -> list[BindingType]:
    """The keys of a list. ``g`` False leaves g to the screen; ``sort`` is the letter that sorts."""
    keys: list[BindingType] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        *([Binding("home,g", "jump(0)", "First", show=False)] if g else []),
        Binding("end,G", "jump(-1)", "Last", show=False),
        Binding("space", "mark", "Select"),
        *([] if opens else [Binding("enter", "open", "Open", key_display="enter")]),
        Binding(sort, "sort_next", "Sort"),
        Binding(sort.upper(), "sort_turn", "Turn the order", show=False),
        *([] if g else [Binding("home", "jump(0)", "First", show=False)]),
    ]
    return [*keys, opens] if opens else keys
