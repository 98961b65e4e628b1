"""The rows of a database: each is checked against its checksum when it is read, and written with it."""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import msgspec

from ..damage import damaged_record, read_row
from ..engine import Body, Record, Row
from .checksum import CRC, WrongChecksum, crc_of, seed_of
from .statements import RunsStatements

_decode = msgspec.json.Decoder(dict).decode
_LIVE = "body IS NOT NULL"


class StoredRows(ABC):
    """Reads and writes the rows of existing tables. A row whose checksum is wrong is refused with ``DamagedRecord``."""

    _bytes: str
    """SQL for the document of a row as bytes: they are checked before they are read as text."""
    _with_id: str
    """SQL for the same with the id in it."""
    _among_ids: str
    """SQL for the condition that the id is one of those in a JSON array."""
    have_checksums = True
    """Whether each row has one: not in a database of an earlier release."""

    def __init__(self, statements: RunsStatements, path: Path | str | None) -> None:
        self._sql = statements
        self._path = path

    @abstractmethod
    def write(self, table: str, number: int, texts: Iterable[tuple[int, str | None]]) -> None:
        """Insert or replace rows, in the transaction ``number``."""

    @abstractmethod
    def _field_is(self, field: str, value: str | int | None) -> tuple[str, tuple[object, ...]]:
        """SQL for the condition that an indexed field has this value, and the condition's values."""

    @abstractmethod
    def _has_kept_rows(self) -> bool:
        """Whether there is a table of rows that are kept for restore points."""

    @property
    def _crc(self) -> str:
        return CRC if self.have_checksums else "NULL"

    def getting(self, table: str) -> str:
        """The query for one document by its id."""
        return f'SELECT {self._bytes}, {self._crc} FROM "{table}" WHERE id = ? AND {_LIVE}'

    def get(self, table: str, id: int) -> Body | None:
        """One document."""
        return self.got(table, id, self._sql.row(self.getting(table), (id,)))

    def got(self, table: str, id: int, row: tuple[bytes, int] | None) -> Body | None:
        """The document in the row that the query has found, if it has."""
        if row is None:
            return None
        body, crc = row
        if crc_of(table, id, body) != crc:
            self._refuse(table, id)
        found: Body = read_row(_decode, body, self._path, table, id)
        return found

    def texts(self, table: str, ids: Collection[int]) -> Iterator[tuple[int, str]]:
        """The existing ones of these documents, as JSON with the id among the fields, in any order."""
        which = f"{_LIVE} AND {self._among_ids}"
        rows = self._sql.many(f'SELECT {self._with_id}, {self._crc}, id FROM "{table}" WHERE {which}', (_json(ids),))
        seed = seed_of(table)
        for text, crc, id in rows:
            if zlib.crc32(text, seed) != crc:
                self._refuse(table, id)
            yield id, text.decode()

    def find(self, table: str, field: str, value: str | int | None) -> list[Row]:
        """The documents whose indexed ``field`` equals ``value``, by id."""
        where, values = self._field_is(field, value)
        query = f'SELECT id, {self._bytes}, {self._crc} FROM "{table}" WHERE {where} AND {_LIVE} ORDER BY id'
        found, checked = [], self.have_checksums
        for id, body, crc in self._sql.rows(query, values):  # imports ask a dozen times for each certificate
            if checked and crc_of(table, id, body) != crc:
                self._refuse(table, id)
            found.append(Row(id, read_row(_decode, body, self._path, table, id)))
        return found

    def ids_without(self, table: str, field: str) -> list[int]:
        """The ids of the documents that have no ``field``, or null in it."""
        may_lack, found = may_lack_field(field), list[int]()
        for id, body, crc in self._sql.many(f'SELECT id, {self._bytes}, {self._crc} FROM "{table}" WHERE {_LIVE}', ()):
            if may_lack(body):
                if self.have_checksums and crc_of(table, id, body) != crc:
                    self._refuse(table, id)
                if read_row(_decode, body, self._path, table, id).get(field) is None:
                    found.append(id)
        return sorted(found)

    def scan(self, table: str) -> Iterator[Row]:
        """Every document, by id."""
        return self._rows(table, order="ORDER BY id", many=True)

    def records(self, table: str, kind: type[Record], ids: Collection[int] | None) -> Iterator[Record]:
        """All documents as records, or those of ``ids``, by id."""
        if ids is None:
            return self._records(table, kind, "true ORDER BY id", ())
        return self._records(table, kind, f"{self._among_ids} ORDER BY id", (_json(ids),))

    def after(self, table: str, id: int, kind: type[Record]) -> list[Record]:
        """The records with higher ids, the newest first."""
        return list(self._records(table, kind, "id > ? ORDER BY id DESC", (id,)))

    def _records(self, table: str, kind: type[Record], which: str, values: tuple[object, ...]) -> Iterator[Record]:
        rows = self._sql.many(f'SELECT {self._with_id}, {self._crc} FROM "{table}" WHERE {_LIVE} AND {which}', values)
        decode, crc32, seed = decoder(kind).decode, zlib.crc32, seed_of(table)
        for text, crc in rows:
            if crc32(text, seed) != crc:
                self._refuse(table, _id_in(text))
            try:
                record = decode(text)
            except (msgspec.DecodeError, UnicodeError) as error:
                raise damaged_record(self._path, table, _id_in(text), str(error)) from error
            yield record

    def record(self, table: str, id: int, kind: type[Record]) -> Record | None:
        """One document as a record."""
        row = self._sql.row(f'SELECT {self._with_id}, {self._crc} FROM "{table}" WHERE id = ? AND {_LIVE}', (id,))
        if row is None:
            return None
        text, crc = row
        if zlib.crc32(text, seed_of(table)) != crc:
            self._refuse(table, id)
        record: Record = read_row(decoder(kind).decode, text, self._path, table, id)
        return record

    def tail(self, table: str, limit: int, before: int | None) -> list[Row]:
        """The newest documents by descending id, below ``before`` if given."""
        values = (2**62 if before is None else before, limit)
        return list(self._rows(table, "id < ?", values, "ORDER BY id DESC LIMIT ?"))

    def since(self, table: str, number: int, bodies: bool) -> list[Row]:
        """The rows that transactions above ``number`` wrote, the markers of deletions included."""
        if not bodies:
            rows = self._sql.rows(f'SELECT id FROM "{table}" WHERE number > ?', (number,))
            return [Row(id, None) for (id,) in rows]
        return list(self._rows(table, "number > ?", (number,), live=False))

    def count(self, table: str) -> int:
        """The number of documents."""
        gone = f'SELECT count(*) FROM "{table}" WHERE body IS NULL'
        return int(self._sql.row(f'SELECT count(*) - ({gone}) FROM "{table}"')[0])

    def ids(self, table: str) -> list[int]:
        """The ids of the documents, in order."""
        gone = {id for (id,) in self._sql.rows(f'SELECT id FROM "{table}" WHERE body IS NULL')}
        # Sorted here: in order of the ids SQLite would read the documents, and not an index.
        return sorted(id for (id,) in self._sql.rows(f'SELECT id FROM "{table}"') if id not in gone)

    def highest_id(self, table: str) -> int:
        """The highest id ever used, 0 for none."""
        return self._sql.row(f'SELECT max(id) FROM "{table}"')[0] or 0

    def all_texts(self, table: str) -> dict[int, str | None]:
        """Every row by id: its document without the id, None for the marker of a deletion."""
        return {
            id: None if body is None else body.decode()
            for id, body in self._bodies(table, "true", (), "ORDER BY id", many=True)
        }

    def damaged(self, tables: Iterable[str], last: int) -> Iterator[str]:
        """What is wrong with rows that nobody reads as documents: the markers of deletions, the rows kept for restore
        points, and numbers above ``last``, that of the last transaction."""
        for table in tables:
            for id, crc in self._sql.rows(f'SELECT id, {self._crc} FROM "{table}" WHERE body IS NULL'):
                if self.have_checksums and crc_of(table, id, None) != crc:
                    yield f"the record {table}:{id} reads as deleted, and its checksum is wrong"
            if self._sql.row(f'SELECT 1 FROM "{table}" WHERE number > ?', (last,)) is not None:
                yield f"a row of {table} has a number above that of the last transaction"
        if not self.have_checksums or not self._has_kept_rows():
            return
        kept = f"SELECT tbl, id, {self._bytes}, {CRC} FROM _replaced"
        for table, id, body, crc in self._sql.rows(kept):
            if crc_of(str(table), id, body) != crc:
                yield f"an earlier state of the record {table}:{id}, kept for a moment, has a wrong checksum"

    def _rows(
        self,
        table: str,
        where: str = "true",
        values: tuple[object, ...] = (),
        order: str = "",
        *,
        live: bool = True,
        many: bool = False,
    ) -> Iterator[Row]:
        for id, body in self._bodies(table, f"{where} AND {_LIVE}" if live else where, values, order, many=many):
            yield Row(id, None if body is None else read_row(_decode, body, self._path, table, id))

    def _bodies(
        self, table: str, where: str, values: tuple[object, ...], order: str, *, many: bool = False
    ) -> Iterator[tuple[int, bytes | None]]:
        checked = self.have_checksums
        query = f'SELECT id, {self._bytes}, {self._crc} FROM "{table}" WHERE {where} {order}'
        rows = self._sql.many if many else self._sql.rows
        for id, body, crc in rows(query, values):
            if checked and crc_of(table, id, body) != crc:
                self._refuse(table, id)
            yield id, body

    def _refuse(self, table: str, id: int | None) -> None:
        if self.have_checksums:
            wrong = WrongChecksum()
            raise damaged_record(self._path, table, id, str(wrong)) from wrong


def may_lack_field(field: str) -> Callable[[bytes], bool]:
    """Whether a document, as it is stored, may have null in a field, or no such field: it need not be decoded to know
    that it has a value there."""
    null, named = f'"{field}":null'.encode(), f'"{field}":'.encode()
    return lambda body: null in body or named not in body


@lru_cache(maxsize=64)
def decoder(kind: type[Record]) -> msgspec.json.Decoder[Record]:
    """The decoder for a kind of record."""
    return msgspec.json.Decoder(kind)


def _json(ids: Collection[int]) -> str:
    return msgspec.json.encode(list(ids)).decode()


def _id_in(text: bytes) -> int:
    """The id at the beginning of a document."""
    return int(text[6 : min(at for at in (text.find(b",", 6), text.find(b"}", 6)) if at > 0)])
