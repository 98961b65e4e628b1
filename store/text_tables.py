"""Tables as text for other programs: CSV for spreadsheets, Markdown for reports, JSON.

Names in them come from strangers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TypeVar

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # spreadsheets treat the wide characters as the narrow ones
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~&])")

_TOGETHER = 1000  # lines

Value = str | int | float | None
Line = TypeVar("Line")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """CSV (RFC 4180) with a header. Cells can't be mistaken for formulas."""
    return "".join(csv_parts(columns, rows))


def csv_parts(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """The same, some lines at a time."""
    return map(_csv_lines, _some(chain([columns], rows)))


def _csv_lines(rows: Iterable[Sequence[Value]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([csv_cell(value) for value in row] for row in rows)
    return text.getvalue()


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: Collection[str] = ()) -> str:
    """A Markdown table; the columns called in ``right`` are aligned to the right."""
    return "".join(markdown_parts(columns, rows, right=right))


def markdown_parts(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: Collection[str] = ()
) -> Iterator[str]:
    """The same, some lines at a time."""
    ruler = "|".join("--:" if title in right else "---" for title in columns)
    lines = chain([_markdown_line(columns), f"|{ruler}|\n"], map(_markdown_line, rows))
    return map("".join, _some(lines))


def _markdown_line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(markdown_text, cells))} |\n"


def _some(lines: Iterable[Line]) -> Iterator[list[Line]]:
    lines = iter(lines)
    while some := list(islice(lines, _TOGETHER)):
        yield some


def json_text(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """A JSON list with an object for each row; the columns are its fields."""
    from msgspec import json

    records = [dict(zip(columns, row, strict=True)) for row in rows]
    return json.format(json.encode(records), indent=2).decode() + "\n"


def csv_cell(value: Value) -> str | int | float:
    """Numbers unchanged; an apostrophe before text that a spreadsheet would evaluate."""
    if value is None or isinstance(value, int | float):
        return "" if value is None else value
    text = plain_line(value)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def markdown_text(text: str) -> str:
    """A text that Markdown shows as it is, in one line."""
    return _MARKDOWN.sub(r"\\\1", plain_line(text))


def plain_line(text: str) -> str:
    """In one line without invisible characters."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else " " for character in text)
