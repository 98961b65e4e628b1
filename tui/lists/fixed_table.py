"""A table with a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..components.text_styles import Tone
from .columns import Column
from .line_painter import R
from .list_table import ListTable


class FixedTable(ListTable[R]):
    """The records keep their given order until somebody sorts them, which only ``sortable`` allows. No marks."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        row_tone: Callable[[R], Tone | None] | None = None,
        empty: str = "Nothing here.",
        sortable: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(columns, marks=False, row_tone=row_tone, empty=empty, sortable=sortable, id=id)
