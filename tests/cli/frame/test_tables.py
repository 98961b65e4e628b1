"""How a table shrinks in a narrow terminal."""

from __future__ import annotations

import pytest

from certfleet.cli.frame.tables import Cell, Row, SpanningRow, Table, TableColumn, fit, print_table

COLUMNS = (
    TableColumn("ID", right=True),
    TableColumn("NAME", least=20),
    TableColumn("DAYS"),
    TableColumn("DESCRIPTION", least=16),
)
NATURAL = (3, 40, 4, 60)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (200, {0: 3, 1: 40, 2: 4, 3: 60}),
        (100, {0: 3, 1: 40, 2: 4, 3: 47}),
        (60, {0: 3, 1: 31, 2: 4, 3: 16}),
        (49, {0: 3, 1: 20, 2: 4, 3: 16}),
        (48, {0: 3, 1: 37, 2: 4}),
        (20, {0: 3, 1: 9, 2: 4}),
        (5, {0: 3, 1: 1, 2: 4}),
    ],
)
def test_fit(width: int, expected: dict[int, int]) -> None:
    assert fit(COLUMNS, NATURAL, width) == expected


def test_lines_across_all_columns(capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[Row] = [
        SpanningRow("Server"),
        ["1", Cell("valid", "green")],
        SpanningRow("next: \x1b[31mnothing", indent=2),
        ["20", "expired"],
    ]
    print_table(Table((TableColumn("ID", right=True), TableColumn("STATUS")), rows))
    assert capsys.readouterr().out.splitlines() == [
        "ID  STATUS",
        "Server",
        " 1  valid",
        r"  next: \x1b[31mnothing",
        "20  expired",
    ]
