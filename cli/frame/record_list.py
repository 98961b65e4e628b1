"""A list in the order, with the columns and in the form that were asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import click
from msgspec import to_builtins

from ...store.text_tables import csv_text, markdown_table
from .answer import Answer, Aside, Content, Text
from .list_choice import ListChoice
from .sorting import SortKey, hyphened, in_order, unknown_name
from .tables import Cell, Listing

Row = Mapping[str, str | Cell]


def as_chosen(answer: Answer, name: str, choice: ListChoice) -> Answer:
    """The answer in the chosen order, columns and form. ``name`` is the list's place in the document; its records and
    the rows of the text's table are the same things in the same order. Raises ``click.UsageError`` for a column that
    isn't there."""
    document = to_builtins(answer.whole_document())
    *above, last = name.split(".")
    holder = document
    for one in above:
        if (holder := holder[one]) is None:  # there is nothing to list yet, as the text says
            return answer
    if last not in holder:
        raise click.UsageError(
            "This answer is no list: leave out --sort, --columns and --format.", click.get_current_context()
        )
    listed = _List(holder[last], listing_of(answer.text))
    listed.know((*(key.name for key in choice.sort), *choice.columns))
    listed.sort(choice.sort)
    match choice.form:
        case "json":
            holder[last] = listed.documents(choice.columns)
            return replace(answer, document=document, text=())
        case "csv":
            return replace(answer, text=listed.none or Content(csv_text(*listed.values(choice.columns)).encode()))
        case "markdown":
            return replace(answer, text=listed.none or Content(listed.markdown(choice.columns).encode()))
        case _:
            return replace(answer, text=_replaced(answer.text, listed.listing(choice.columns)))


@dataclass(frozen=True)
class _Record:
    """A record of the list: its document, the values in it by name, its row in the table, and the note below that."""

    document: Mapping[str, Any]
    values: Mapping[str, Any]
    row: Row
    note: str


class _List:
    """The records, with all names that their columns can be called by."""

    def __init__(self, documents: Sequence[Mapping[str, Any]], listing: Listing | None) -> None:
        self._listing = listing or Listing(())
        rows = list(self._listing.rows)
        if len(rows) != len(documents):  # a table of other things, which can't be sorted along
            rows = [{}] * len(documents)
        notes = self._listing.notes or [""] * len(documents)
        self._records = [
            _Record(document, dict(_flat(document)), row, note)
            for document, row, note in zip(documents, rows, notes, strict=True)
        ]
        self._fields = {hyphened(field): field for record in self._records for field in record.values}
        self._titles = {hyphened(title): title for record in self._records for title in record.row}

    @property
    def none(self) -> Aside | None:
        """What to say of an empty list, apart from the file that a program reads."""
        return None if self._records else Aside(self._listing.none)

    def know(self, names: Iterable[str]) -> None:
        """Refuse a name that is no column; without records there is nothing to compare it with."""
        known = {**self._titles, **self._fields}
        for name in names:
            if self._records and name not in known:
                raise click.BadParameter(unknown_name(name, known), click.get_current_context(), param_hint="a column")

    def sort(self, keys: Sequence[SortKey]) -> None:
        self._records = in_order(self._records, keys, lambda record, name: _comparable(self._value(record, name)))

    def documents(self, names: Sequence[str]) -> list[Mapping[str, Any]]:
        if not names:
            return [record.document for record in self._records]
        return [{self._field(name): self._value(record, name) for name in names} for record in self._records]

    def values(self, names: Sequence[str]) -> tuple[list[str], list[list[Any]]]:
        """Columns and lines with the values as they are in JSON; usually all that are no lists of records."""
        names = names or list(self._fields)
        lines = [[_plain(self._value(record, name)) for name in names] for record in self._records]
        return [self._field(name) for name in names], lines

    def listing(self, names: Sequence[str]) -> Listing:
        """The table for people."""
        rows = [self._cells(record, names) for record in self._records]
        return replace(self._listing, rows=rows, notes=[record.note for record in self._records])

    def markdown(self, names: Sequence[str]) -> str:
        rows = [self._cells(record, names) for record in self._records]
        return markdown_table(
            list(rows[0]), [list(map(_text, row.values())) for row in rows], right=self._listing.right
        )

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


def listing_of(text: Text) -> Listing | None:
    """The table in the text of an answer that lists."""
    parts = text if isinstance(text, list) else [text]
    return next((part for part in parts if isinstance(part, Listing)), None)


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
