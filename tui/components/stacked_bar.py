"""Stacked bars: the parts of a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.text import Text
from textual.app import App

from .text_styles import Tone, styled

TRACK = "·"


class BarPart(NamedTuple):
    """A count of the whole, its fill character and its tone."""

    size: int
    fill: str
    tone: Tone


def share_out(counts: Sequence[int], total: int, width: int) -> list[int]:
    """The cells of ``width`` for each count of ``total``: at least one for a count above zero, and never too many in
    all."""
    if total <= 0 or width <= 0:
        return [0] * len(counts)
    exact = [count * width / total for count in counts]
    cells = [max(1, int(share)) if share else 0 for share in exact]
    room = round(min(width, sum(exact)))
    for number in sorted(range(len(cells)), key=lambda number: exact[number] - cells[number], reverse=True):
        if sum(cells) < room and exact[number] > cells[number]:
            cells[number] += 1
    while sum(cells) > max(room, sum(1 for count in counts if count)) or sum(cells) > width:
        largest = max(range(len(cells)), key=lambda number: cells[number])
        cells[largest] -= 1
    return cells


def stacked_bar(app: App[object], parts: Sequence[BarPart], total: int, width: int) -> Text:
    """The parts beside each other, and a track for the rest of ``total``."""
    cells = share_out([part.size for part in parts], total, width)
    text = styled(app, *((part.fill * own, part.tone) for part, own in zip(parts, cells, strict=True)))
    return text.append_text(styled(app, (TRACK * (width - text.cell_len), Tone.TRACK)))
