"""How a table gives way where a terminal is narrow."""

from __future__ import annotations

import pytest

from certfleet.cli.tables import Column, fit

COLUMNS = (Column("ID", right=True), Column("NAME", least=20), Column("DAYS"), Column("DESCRIPTION", least=16))
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
