"""Values of options in written form."""

from __future__ import annotations

from datetime import timedelta

import click
import pytest

from certfleet.cli.frame.parameters import DURATION, NumberOf


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("90d", timedelta(days=90)),
        ("12H", timedelta(hours=12)),
        (" 2w ", timedelta(weeks=2)),
        ("7", timedelta(days=7)),
        ("30min", timedelta(minutes=30)),
        ("90 s", timedelta(seconds=90)),
        ("99999d", timedelta(days=99_999)),
    ],
)
def test_a_duration_is_a_number_with_its_unit(text: str, meant: timedelta) -> None:
    assert DURATION.convert(text, None, None) == meant


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("30m", "'30m' is not a duration; write 90d, 12h, 2w or 30min"),
        ("", "'' is not a duration; write 90d, 12h, 2w or 30min"),
        ("-1d", "'-1d' is not a duration; write 90d, 12h, 2w or 30min"),
        ("٣d", "'٣d' is not a duration; write 90d, 12h, 2w or 30min"),
        ("99999w", "'99999w' is too long; write at most 14285w"),
        ("1000000d", "'1000000d' is too long; write at most 99999d"),
        ("1000000", "'1000000' is too long; write at most 99999d"),
    ],
)
def test_what_is_no_duration_or_too_long_is_told_apart(text: str, said: str) -> None:
    with pytest.raises(click.BadParameter) as refused:
        DURATION.convert(text, None, None)
    assert refused.value.message == said


@pytest.mark.parametrize(("text", "meant"), [("48", 48), ("48h", 48), ("2d", 48), ("120min", 2), ("0", 0)])
def test_a_number_of_hours_may_be_written_as_a_duration(text: str, meant: int) -> None:
    assert NumberOf("h", 0, 100).convert(text, None, None) == meant


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("30min", "'30min' is not a whole number of hours"),
        ("101", "101 is not in the range 0<=x<=100."),
        ("5d", "120 is not in the range 0<=x<=100."),
        ("-1", "-1 is not in the range 0<=x<=100."),
        ("often", "'often' is not a duration; write 90d, 12h, 2w or 30min"),
    ],
)
def test_what_is_no_number_of_hours(text: str, said: str) -> None:
    with pytest.raises(click.BadParameter) as refused:
        NumberOf("h", 0, 100).convert(text, None, None)
    assert refused.value.message == said
