"""The cells of a stacked plot: the newest group on the axis, and small counts still visible."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certfleet.tui.components.stacked_bar import share_out
from certfleet.tui.components.stacked_plot import Point, column_cells, sampled
from tests.material import NOW


def drawn(counts: list[int], fills: str = "█▒", most: int = 100, height: int = 4) -> str:
    return "".join(character for _, character in column_cells(counts, fills, most, height))


@pytest.mark.parametrize(
    ("counts", "cells"),
    [
        ([0, 100], "▒▒▒▒"),
        ([100, 0], "████"),
        ([50, 50], "██▒▒"),
        ([1, 99], "▁▒▒▒"),
        ([60, 40], "██▃▒"),
        ([99, 1], "███▒"),
        ([50, 0], "██  "),
        ([0, 0], "    "),
    ],
)
def test_a_column_from_the_bottom(counts: list[int], cells: str) -> None:
    assert drawn(counts) == cells


def test_a_group_that_is_not_drawn_in_whole_blocks_takes_whole_cells() -> None:
    assert drawn([1, 60, 39], "░█▒", height=5) == "░██▒▒"
    assert drawn([1, 1, 98], "░█▒") == "░▁▒▒"


def test_numbers_change_evenly_from_one_sample_to_the_next() -> None:
    points = [Point(NOW, {"default": 10}), Point(NOW + timedelta(hours=6), {"default": 4, "group-2": 6})]

    assert [point.groups for point in sampled(points, 4)] == [
        {"default": 10},
        {"default": 8, "group-2": 2},
        {"default": 6, "group-2": 4},
        {"default": 4, "group-2": 6},
    ]


def test_where_nothing_happened_for_long_nothing_changes() -> None:
    points = [Point(NOW, {"default": 10}), Point(NOW + timedelta(days=9), {"default": 4, "group-2": 6})]

    assert [point.groups.get("group-2", 0) for point in sampled(points, 4)] == [0, 0, 0, 6]


@pytest.mark.parametrize(
    ("counts", "total", "width", "cells"),
    [
        ([50, 50], 100, 10, [5, 5]),
        ([1, 99], 100, 10, [1, 9]),
        ([0, 0], 100, 10, [0, 0]),
        ([1, 1, 998], 1000, 10, [1, 1, 8]),
        ([33, 33], 100, 10, [4, 3]),
        ([5], 0, 10, [0]),
    ],
)
def test_a_bar_is_shared_out(counts: list[int], total: int, width: int, cells: list[int]) -> None:
    assert share_out(counts, total, width) == cells
