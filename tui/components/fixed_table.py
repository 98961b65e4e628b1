"""A table whose order means something."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .columns import Column
from .line_painter import R
from .record_table import RecordTable
from .text_styles import Tone


class FixedTable(RecordTable[R]):
    """The records stay in the order in which they were given: nothing is sorted or marked."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        row_tone: Callable[[R], Tone | None] | None = None,
        empty: str = "Nothing here.",
        id: str | None = None,
    ) -> None:
        super().__init__(columns, marks=False, row_tone=row_tone, empty=empty, id=id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return not action.startswith("sort") and super().check_action(action, parameters)

    def sort_by(self, name: str, reverse: bool = False) -> None:
        """It has its order."""
