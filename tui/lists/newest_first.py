"""Records read newest first and page by page, as far down as the person goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic

from .line_painter import R
from .list_table import ListTable

NEAR = 2  # lines from the end at which the next page is read


class NewestFirst(Generic[R]):
    """``read`` returns up to a number of records older than an id (None: the newest). ``complete``: there are no
    more."""

    def __init__(self, read: Callable[[int, int | None], list[R]], page: int) -> None:
        self._read, self.page = read, page
        self.records: list[R] = []
        self.complete = False

    @property
    def newest(self) -> int:
        """The id of the newest record; 0 without any."""
        return self.records[0].id if self.records else 0

    def take_new(self, *, most: int | None = None) -> bool:
        """Read records that arrived since. True if there were any. At most ``most`` of the earlier ones are kept."""
        newest, new = self.newest, self._read(self.page, None)
        if not new or new[0].id == newest:
            return False
        if not self.records or new[-1].id > newest + 1:
            self.records, self.complete = new, len(new) < self.page
        else:
            kept = self.records[:most]
            self.complete = self.complete and len(kept) == len(self.records)
            self.records = [*(record for record in new if record.id > newest), *kept]
        return True

    def reload(self) -> None:
        """Read the same number of records again."""
        count = max(self.page, len(self.records))
        self.records = self._read(count, None)
        self.complete = len(self.records) < count

    def take_older(self, count: int | None = None) -> bool:
        """Read the next page, or ``count`` records. True unless all had been read."""
        if self.complete or not self.records:
            return False
        wanted = count or self.page
        older = self._read(wanted, self.records[-1].id)
        self.records = [*self.records, *older]
        self.complete = len(older) < wanted
        return True

    def take_older_near_end(self, table: ListTable[Any]) -> bool:
        """Read the next page if the table's cursor is near the end."""
        return table.cursor >= len(table.rows) - NEAR and self.take_older()
