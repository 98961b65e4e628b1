"""A list in the order, with the columns and in the form that were asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain, islice
from typing import Any

import click
from msgspec import to_builtins

from ...store.text_tables import csv_parts, markdown_parts
from .answer import Answer, Aside, Content, Text
from .list_choice import ListChoice
from .many_records import TOGETHER, ManyRecords
from .sorting import SortKey, hyphened, in_order, unknown_name
from .tables import Cell, Listing

Row = Mapping[str, str | Cell]


def as_chosen(answer: Answer, name: str, choice: ListChoice) -> Answer:
    """The answer in the chosen order, columns and form. ``name`` is the list's place in the document; its records and
    the rows of the text's table are the same things in the same order. Raises ``click.UsageError`` for a column that
    isn't there."""
    *above, last = name.split(".")
    listing = listing_of(answer.text)
    many = None if choice.sort or listing is None else listing.many  # what is sorted has to be in memory
    document = to_builtins(answer.whole_document() if many is None else {**answer.made_document(), last: []})
    holder = document
    for one in above:
        if (holder := holder[one]) is None:  # there is nothing to list yet, as the text says
            return answer
    if last not in holder:
        raise click.UsageError(
            "This answer is no list: leave out --sort, --columns and --format.", click.get_current_context()
        )
    listed = _List(_records_of(holder[last], listing) if many is None else map(_Record.of(many), many.things), listing)
    listed.know((*(key.name for key in choice.sort), *choice.columns))
    listed.sort(choice.sort)
    match choice.form:
        case "json":
            documents = listed.documents(choice.columns)
            holder[last] = list(documents) if many is None else documents
            return replace(answer, document=document, text=())
        case "csv":
            return replace(answer, text=listed.none or _parts(csv_parts(*listed.values(choice.columns))))
        case "markdown":
            return replace(answer, text=listed.none or _parts(listed.markdown(choice.columns)))
        case _:
            return replace(answer, text=_replaced(answer.text, listed.listing(choice.columns)))


def _records_of(documents: Sequence[Mapping[str, Any]], listing: Listing | None) -> Iterator[_Record]:
    """The records that are in memory."""
    rows: Sequence[Row] = [] if listing is None else list(listing.rows)
    if len(rows) != len(documents):  # a table of other things, which can't be sorted along
        rows = [{}] * len(documents)
    notes = (listing and listing.notes) or [""] * len(documents)
    return map(_Record, documents, rows, notes)


class _List:
    """The records, with all names that their columns can be called by. Of many records only some are in memory."""

    def __init__(self, records: Iterator[_Record], listing: Listing | None) -> None:
        self._listing = listing or Listing(())
        self._many = None if listing is None else listing.many
        first = list(islice(records, TOGETHER) if self._many is not None else records)
        self._is_empty = not first
        self._records: Iterable[_Record] = chain(first, records)
        self._fields: dict[str, str] = {}
        self._titles: dict[str, str] = {}
        self._learn(first)
        self._knows_all = self._many is None or len(first) < TOGETHER

    def _learn(self, records: Iterable[_Record]) -> None:
        for record in records:
            self._fields.update((hyphened(field), field) for field in record.values)
            self._titles.update((hyphened(title), title) for title in record.row)

    def _learn_all(self) -> None:
        """Learn the names that a record may have and the first of many haven't."""
        if not self._knows_all and self._many is not None:
            self._learn(map(_Record.of(self._many), self._many.kinds()))
        self._knows_all = True

    @property
    def none(self) -> Aside | None:
        """What to say of an empty list, apart from the file that a program reads."""
        return Aside(self._listing.none) if self._is_empty else None

    def know(self, names: Iterable[str]) -> None:
        """Refuse a name that is no column; without records there is nothing to compare it with."""
        for name in names:
            if name not in self._titles and name not in self._fields:
                self._learn_all()
            known = {**self._titles, **self._fields}
            if not self._is_empty and name not in known:
                raise click.BadParameter(unknown_name(name, known), click.get_current_context(), param_hint="a column")

    def sort(self, keys: Sequence[SortKey]) -> None:
        if keys:
            self._records = in_order(self._records, keys, lambda one, name: _comparable(self._value(one, name)))

    def documents(self, names: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        if not names:
            return (record.document for record in self._records)
        return ({self._field(name): self._value(record, name) for name in names} for record in self._records)

    def values(self, names: Sequence[str]) -> tuple[list[str], Iterator[list[Any]]]:
        """Columns and lines with the values as they are in JSON; usually all that are no lists of records."""
        if not names:
            self._learn_all()
        names = names or list(self._fields)
        lines = ([_plain(self._value(record, name)) for name in names] for record in self._records)
        return [self._field(name) for name in names], lines

    def listing(self, names: Sequence[str]) -> Listing:
        """The table for people."""
        if self._many is None:
            records = list(self._records)
            rows = [self._cells(record, names) for record in records]
            return replace(self._listing, rows=rows, notes=[record.note for record in records])
        recorded = _Record.of(self._many)
        many = replace(self._many, row=lambda thing: self._cells(recorded(thing), names))
        return replace(self._listing, rows=(self._cells(record, names) for record in self._records), many=many)

    def markdown(self, names: Sequence[str]) -> Iterator[str]:
        rows = (self._cells(record, names) for record in self._records)
        first = next(rows)
        lines = (list(map(_text, row.values())) for row in chain([first], rows))
        return markdown_parts(list(first), lines, right=self._listing.right)

    def _cells(self, record: _Record, names: Sequence[str]) -> Row:
        if not names and record.row:
            return record.row
        cells: dict[str, str | Cell] = {}
        for name in names or self._fields:
            title = self._titles.get(name, name.replace("-", " ").upper())
            cells[title] = record.row[title] if name in self._titles else _shown(self._value(record, name))
        return cells

    def _field(self, name: str) -> str:
        return self._fields.get(name, name.replace("-", "_"))

    def _value(self, record: _Record, name: str) -> Any:
        if name in self._fields:
            return record.values.get(self._fields[name])
        return _text(record.row.get(self._titles.get(name, ""), ""))


class _Record:
    """A record of the list, and the note below its row in the table. What isn't asked for isn't made."""

    def __init__(
        self, document: Mapping[str, Any] | Callable[[], Any], row: Row | Callable[[], Row], note: str = ""
    ) -> None:
        self._document, self._row, self.note = document, row, note

    @staticmethod
    def of(many: ManyRecords[Any]) -> Callable[[Any], _Record]:
        """What makes a record of a thing among many."""
        return lambda thing: _Record(lambda: to_builtins(many.document(thing)), lambda: many.row(thing))

    @cached_property
    def document(self) -> Mapping[str, Any]:
        made: Mapping[str, Any] = self._document() if callable(self._document) else self._document
        return made

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """The values in the document by name."""
        return dict(_flat(self.document))

    @cached_property
    def row(self) -> Row:
        return self._row() if callable(self._row) else self._row


def listing_of(text: Text) -> Listing | None:
    """The table in the text of an answer that lists."""
    parts = text if isinstance(text, list) else [text]
    return next((part for part in parts if isinstance(part, Listing)), None)


def _parts(texts: Iterable[str]) -> Iterator[Content]:
    """A file, some lines at a time."""
    return (Content(text.encode()) for text in texts)


def _replaced(text: Text, listing: Listing) -> Text:
    """The text with the listing in place of its own."""
    if isinstance(text, list) and listing_of(text) is not None:
        return [listing if isinstance(part, Listing) else part for part in text]
    return listing


def _flat(document: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, Any]]:
    """The values of a document by their names, those of documents in it with dots; lists of documents are left out."""
    for name, value in document.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        elif not (isinstance(value, list | tuple) and any(isinstance(one, dict) for one in value)):
            yield f"{before}{name}", value


def _text(cell: str | Cell) -> str:
    return cell.text if isinstance(cell, Cell) else cell


def _plain(value: Any) -> Any:
    """A value for programs; a list is one text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _shown(value: Any) -> str:
    """A value for people."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(_plain(value)) if value or value == 0 else "-"


def _comparable(value: Any) -> Any:
    """What to sort by: numbers as numbers, text without regard to capitals; None is last."""
    if isinstance(value, bool | int | float):
        return (0, float(value), "")
    text = "" if value is None else str(_plain(value)).strip()
    if text in ("", "-"):
        return None
    number = text.replace(",", "")
    return (0, float(number), "") if number.removeprefix("-").isdecimal() else (1, 0.0, text.casefold())
