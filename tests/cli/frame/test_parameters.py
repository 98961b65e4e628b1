"""Values of options in written form."""

from __future__ import annotations

from datetime import timedelta

import click
import pytest

from certfleet.cli.frame.parameters import DURATION


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("90d", timedelta(days=90)),
        ("12H", timedelta(hours=12)),
        (" 2w ", timedelta(weeks=2)),
        ("7", timedelta(days=7)),
        ("99999w", timedelta(weeks=99_999)),
    ],
)
def test_a_duration_is_in_hours_days_or_weeks(text: str, meant: timedelta) -> None:
    assert DURATION.convert(text, None, None) == meant


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("30min", "'30min' is not a duration; write 90d, 12h or 2w"),
        ("-1d", "'-1d' is not a duration; write 90d, 12h or 2w"),
        ("٣d", "'٣d' is not a duration; write 90d, 12h or 2w"),
        ("1000000d", "'1000000d' is too long; write at most 99999d"),
        ("1000000", "'1000000' is too long; write at most 99999d"),
    ],
)
def test_what_is_no_duration_or_too_long_is_told_apart(text: str, said: str) -> None:
    with pytest.raises(click.BadParameter) as refused:
        DURATION.convert(text, None, None)
    assert refused.value.message == said
