"""Text that takes a given number of cells."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

_LEAST_END = 5  # cells: less of an end says nothing


def fit(text: str, width: int, right: bool = False) -> str:
    """``text`` in exactly ``width`` cells, with an ellipsis if it is cut."""
    if text.isascii():
        if len(text) > width:
            return text[: width - 1] + "…" if width > 0 else ""
        return text.rjust(width) if right else text.ljust(width)
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…" if width > 0 else ""
    return " " * (width - length) + text if right else text + " " * (width - length)


def fit_end(before: str, name: str, width: int) -> str:
    """``before`` and a name in at most ``width`` cells: of a name that is too long the end, which is what tells
    ``com.example.mail`` from ``com.example.web``."""
    room = width - cell_len(before)
    if cell_len(name) <= room or room < _LEAST_END:
        return before + name
    end = ""
    for letter in reversed(name):
        if cell_len(letter + end) > room - 1:
            break
        end = letter + end
    return f"{before}…{end}"
