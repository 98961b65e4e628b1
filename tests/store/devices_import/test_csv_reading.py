"""Reading exports as spreadsheets write them: encodings, separators, quotes, and lines that can't be read."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certfleet.store.devices_import.csv_reading import LONGEST_LINE, MOST_LINES, BadRow, CsvRow, open_export
from certfleet.store.errors import Refusal

# Every character that isn't an end of a line to Python's reader, and survives each encoding.
VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\ufeff"), max_size=12)
TABLES = st.integers(1, 6).flatmap(
    lambda columns: st.lists(st.lists(VALUES, min_size=columns, max_size=columns), max_size=8)
)


def read(data: bytes) -> list[tuple[int, list[str] | str]]:
    """The rows below the header, and for those that can't be read the message."""
    return [
        (row.line, row.values if isinstance(row, CsvRow) else row.refusal.message) for row in open_export(data).rows
    ]


@given(
    TABLES,
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_spreadsheet_writes_is_read(table: list[list[str]], separator: str, encoding: str, end: str) -> None:
    columns = len(table[0]) if table else 2
    header = [f"column{number}" for number in range(columns)]
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([header, *table])
    export = open_export(file.getvalue().encode(encoding))
    assert export.header == header
    rows = [row.values for row in export.rows if isinstance(row, CsvRow)]
    assert rows == [values for values in table if any(value.strip() for value in values)]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        export = open_export(data)
    except Refusal as refusal:
        assert refusal.code == "export-unreadable"
        return
    for row in export.rows:
        assert isinstance(row, BadRow) or len(row.values) >= len(export.header)


@given(st.text('",;\n ab', max_size=60))
def test_lines_are_numbered_upwards_and_none_is_read_twice(text: str) -> None:
    try:
        rows = list(open_export(f"a,b\n{text}\nx,y\n".encode()).rows)
    except Refusal:
        return
    numbers = [row.line for row in rows]
    assert numbers == sorted(set(numbers))


def test_a_quote_that_is_never_closed_costs_one_line() -> None:
    lines = "\n".join(f"{number},x" for number in range(MOST_LINES * 2))
    rows = read(f'a,b\n"oops,1\n{lines}\n'.encode())
    assert rows[0] == (2, "a quote in it is never closed")
    assert rows[1:] == [(number + 3, [str(number), "x"]) for number in range(MOST_LINES * 2)]


def test_inches_are_no_quotes() -> None:
    assert read(b'a,b\nMacBook Pro 14",2\n"say ""hi""",3\n') == [(2, ['MacBook Pro 14"', "2"]), (3, ['say "hi"', "3"])]


def test_values_may_go_on_over_lines() -> None:
    assert read(b'a,b\r\n1,"two\r\nlines"\r\n3,4\r\n') == [(2, ["1", "two\r\nlines"]), (4, ["3", "4"])]


def test_empty_lines_and_empty_values_at_the_end_may_be_left_out() -> None:
    assert read(b"\n\na,b,c\n\n1\n,,\n2,3,4\n") == [(5, ["1", "", ""]), (7, ["2", "3", "4"])]


def test_more_values_than_columns_are_not_trusted() -> None:
    [(line, message), other] = read(b"a,b\nMeyer, Jana,1\n2,3,\n")
    assert (line, message) == (2, "it has 3 values, and there are 2 columns")
    assert other == (3, ["2", "3", ""])


def test_a_file_that_ends_in_the_middle() -> None:
    assert read(b"a,b,c\n1,2,3\n4,5") == [(2, ["1", "2", "3"]), (3, "the file ends in the middle of it")]


@pytest.mark.parametrize("long", ["x" * (3 * LONGEST_LINE), '"' + "x" * (3 * LONGEST_LINE) + '"'])
def test_a_line_that_is_too_long_is_skipped(long: str) -> None:
    [(line, message), other] = read(f"a,b\n{long},1\n2,3\n".encode())
    assert (line, message) == (2, f"it has more than {LONGEST_LINE:,} characters")
    assert other == (3, ["2", "3"])


def test_excel_says_its_separator_and_writes_windows_1252() -> None:
    export = open_export("sep=;\r\nName;Größe\r\nÄnne, B.;1\r\n".encode("cp1252"))
    assert export.header == ["Name", "Größe"]
    assert [row.values for row in export.rows if isinstance(row, CsvRow)] == [["Änne, B.", "1"]]
    assert export.notes == ("It isn't UTF-8, and was read as Windows-1252.",)


@pytest.mark.parametrize("data", [b"PK\x03\x04rest", b"\n\n \n", b"\xff\xfe\x00", ("a," * 2000).encode()])
def test_what_is_no_table_of_text_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        list(open_export(data).rows)
    assert refused.value.code == "export-unreadable"
