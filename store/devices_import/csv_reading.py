"""Reading an export as rows of text, as spreadsheets and exports write it.

UTF-8, UTF-16 or Windows-1252; separated by commas, semicolons, tabs or bars; any line ending; quotes as in RFC 4180. A
line that can't be read is reported, and reading goes on with the next one: a quote that is never closed doesn't swallow
the rest of the file.
"""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from typing import NamedTuple

from ..errors import Refusal

MAX_EXPORT = 256 * 1024 * 1024
"""Bytes in one export. 100,000 devices with sixty columns take about 80 MiB."""

LONGEST_LINE = 64 * 1024
"""Characters of one line, and of one that goes on over several. Below the limit of the csv module for a field."""

MOST_LINES = 20
"""Lines that a quoted value may go on over: notes have some, a quote that is never closed has all."""

MOST_COLUMNS = 1000
_CHUNK = 1 << 20
_SEPARATORS = ",;\t|"
_HINT = "Export it again as CSV, in UTF-8."
_ENDS = ("\n", "\r")
_WORKBOOK = b"PK\x03\x04"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class CsvRow(NamedTuple):
    """The values of a line, in the order of the columns. ``line`` is its number in the file, from 1."""

    line: int
    values: list[str]


class BadRow(NamedTuple):
    """A line that can't be read as values, and why."""

    line: int
    refusal: Refusal


class Export(NamedTuple):
    """An open export: its column names, its rows, and what is to be said of the file as a whole."""

    header: list[str]
    rows: Iterator[CsvRow | BadRow]
    notes: tuple[str, ...] = ()


def open_export(data: bytes) -> Export:
    """Read the header of an export. Refuses with ``export-unreadable`` if it isn't a table of text."""
    if data.startswith(_WORKBOOK):
        raise Refusal("export-unreadable", "it is a workbook or an archive, not CSV", "Save the sheet as CSV UTF-8.")
    encoding = _encoding(data)
    notes = ("It isn't UTF-8, and was read as Windows-1252.",) if encoding == "cp1252" else ()
    lines = _Lines(data, encoding)
    separator = None
    for number, text in lines:
        if text is None:
            raise Refusal("export-unreadable", f"line {number}, the header, is too long", _HINT)
        if separator is None and text.lower().startswith("sep=") and len(text.strip()) == 5:
            separator = text.strip()[4]  # as Excel writes it
            continue
        if text.strip(" \t\r\n,;|"):
            break
    else:
        raise Refusal("export-unreadable", "it has no header: every line is empty", _HINT)
    separator = separator or max(_SEPARATORS, key=text.count)
    lines.put_back([text])
    header = next(_rows(lines, separator))
    if isinstance(header, BadRow):
        raise Refusal("export-unreadable", f"line {header.line}, the header: {header.refusal.message}", _HINT)
    if len(header.values) > MOST_COLUMNS:
        raise Refusal("export-unreadable", f"it has {len(header.values):,} columns", _HINT)
    return Export([name.strip() for name in header.values], _judged(lines, separator, len(header.values)), notes)


def _encoding(data: bytes) -> str:
    found = next((name for bom, name in _BOMS if data.startswith(bom)), None)
    if found is None and 0 in data[:2]:  # half of the first letter
        found = "utf-16-be" if data[0] == 0 else "utf-16-le"
    decoder = codecs.getincrementaldecoder(found or "utf-8")()
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(data[start : start + _CHUNK], final=start + _CHUNK >= len(data))
    except UnicodeDecodeError:
        if found in (None, "utf-8-sig"):
            return "cp1252"
        raise Refusal("export-unreadable", "it is not text", _HINT) from None
    return found or "utf-8"


class _Lines:
    """The physical lines of a file with their numbers; None for one that is too long. Lines can be put back."""

    def __init__(self, data: bytes, encoding: str) -> None:
        # Windows-1252 leaves five bytes without a meaning.
        self._text = TextIOWrapper(BytesIO(data), encoding=encoding, errors="replace", newline="")
        self._back: deque[str | None] = deque()
        self._number = 0
        self.is_cut = False  # the last line has no end

    def __iter__(self) -> Iterator[tuple[int, str | None]]:
        while True:
            text = self._back.popleft() if self._back else self._read()
            if text == "":
                return
            self._number += 1
            yield self._number, text

    def put_back(self, lines: list[str | None]) -> None:
        """Give these lines again, which were the last ones."""
        self._back.extendleft(reversed(lines))
        self._number -= len(lines)

    def _read(self) -> str | None:
        text = self._text.readline(LONGEST_LINE)
        self.is_cut = bool(text) and not text.endswith(_ENDS)
        if len(text) < LONGEST_LINE or not self.is_cut:
            return text
        while (rest := self._text.readline(LONGEST_LINE)) and not rest.endswith(_ENDS):
            pass
        return None


def _rows(lines: _Lines, separator: str) -> Iterator[CsvRow | BadRow]:
    for number, first in lines:
        if first is None:
            said = f"it has more than {LONGEST_LINE:,} characters"
            yield BadRow(number, Refusal("line-unreadable", said))
        elif '"' not in first:
            if text := first.rstrip("\r\n"):
                yield CsvRow(number, text.split(separator))
        else:
            yield _quoted(number, first, lines, separator)


def _quoted(number: int, first: str, lines: _Lines, separator: str) -> CsvRow | BadRow:
    """A line with quotes, which may go on over the next ones. If it can't be read, those are read anew."""
    more: list[str | None] = []

    def following() -> Iterator[str]:
        yield first
        length = len(first)
        for _, text in lines:
            more.append(text)
            length += LONGEST_LINE if text is None else len(text)
            if text is None or length > LONGEST_LINE or len(more) > MOST_LINES:
                return
            yield text

    try:
        return CsvRow(number, next(csv.reader(following(), delimiter=separator, strict=True)))
    except csv.Error as error:
        lines.put_back(more)
        said = "a quote in it is never closed" if "end of data" in str(error) else f"its quotes are wrong: {error}"
        return BadRow(number, Refusal("line-unreadable", said, 'A quote within a quoted value is doubled: "".'))


def _judged(lines: _Lines, separator: str, columns: int) -> Iterator[CsvRow | BadRow]:
    """The rows below the header. One with more values than columns can't be trusted, nor one that was cut off at the
    end of the file. Empty values at the end may be left out."""
    for row in _rows(lines, separator):
        if isinstance(row, BadRow):
            yield row
            continue
        line, values = row
        if len(values) > columns and any(value.strip() for value in values[columns:]):
            said = f"it has {len(values)} values, and there are {columns} columns"
            yield BadRow(line, Refusal("line-unreadable", said, "A value with a separator in it needs quotes."))
        elif len(values) < columns and lines.is_cut:
            yield BadRow(line, Refusal("line-unreadable", "the file ends in the middle of it", "Export it again."))
        elif any(value.strip() for value in values):
            yield CsvRow(line, values + [""] * (columns - len(values)))
