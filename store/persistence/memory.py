"""The engine without a file: for tests, and for copies of a workspace that live as long as a question."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import msgspec

from .engine import Body, Record, Row, copied


class MemoryEngine:
    """Documents in dictionaries, with the same transactions as on disk."""

    def __init__(self) -> None:
        self._tables: dict[str, dict[int, tuple[int, Body | None]]] = {}
        self._highest: dict[str, int] = {}
        self._number = 0
        self._mark = 0
        self._undo: list[tuple[str, int, tuple[int, Body | None] | None]] = []

    def tables(self) -> list[str]:
        return list(self._tables)

    def begin_reading(self) -> None:
        pass

    def end_reading(self) -> None:
        pass

    def begin(self) -> None:
        self._undo = []

    def put(self, table: str, rows: Iterable[Row]) -> None:
        kept = self._tables.setdefault(table, {})
        for row in rows:
            self._undo.append((table, row.id, kept.get(row.id)))
            kept[row.id] = (self._number + 1, copied(row.body))
            self._highest[table] = max(row.id, self._highest.get(table, 0))

    def commit(self) -> int:
        self._number += 1
        self._undo = []
        return self._number

    def rollback(self) -> None:
        self._undo_down_to(0)

    def mark(self) -> None:
        self._mark = len(self._undo)

    def back_to_mark(self) -> None:
        self._undo_down_to(self._mark)

    def _undo_down_to(self, length: int) -> None:
        while len(self._undo) > length:
            table, id, before = self._undo.pop()
            if before is None:
                del self._tables[table][id]
            else:
                self._tables[table][id] = before

    def get(self, table: str, id: int) -> Body | None:
        body: Body | None = copied(self._tables.get(table, {}).get(id, (0, None))[1])
        return body

    def find(self, table: str, field: str, value: str | int | None) -> list[Row]:
        rows = sorted(self._tables.get(table, {}).items())
        return [Row(id, copied(body)) for id, (_, body) in rows if body is not None and body.get(field) == value]

    def scan(self, table: str) -> Iterator[Row]:
        for id, (_, body) in sorted(self._tables.get(table, {}).items()):
            if body is not None:
                yield Row(id, copied(body))

    def records(self, table: str, kind: type[Record], ids: Collection[int] | None = None) -> Iterator[Record]:
        rows = self._tables.get(table, {})
        for id in sorted(rows if ids is None else rows.keys() & set(ids)):
            if (body := rows[id][1]) is not None:
                yield msgspec.convert({**body, "id": id}, kind)

    def record(self, table: str, id: int, kind: type[Record]) -> Record | None:
        body = self._tables.get(table, {}).get(id, (0, None))[1]
        return None if body is None else msgspec.convert({**body, "id": id}, kind)

    def tail(self, table: str, limit: int, before: int | None) -> list[Row]:
        rows = [row for row in self.scan(table) if before is None or row.id < before]
        return rows[::-1][:limit]

    def since(self, table: str, number: int, bodies: bool) -> list[Row]:
        rows = self._tables.get(table, {}).items()
        return [Row(id, copied(body) if bodies else None) for id, (at, body) in rows if at > number]

    def count(self, table: str) -> int:
        return sum(body is not None for _, body in self._tables.get(table, {}).values())

    def highest_id(self, table: str) -> int:
        return self._highest.get(table, 0)

    def last_transaction(self) -> int:
        return self._number

    def touched_by_others(self) -> bool:
        return False

    def check(self) -> list[str]:
        return []

    def close(self) -> None:
        self._tables.clear()
