"""Durations as people write them, the same wherever one is read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certfleet.api.own.simulated_events import NewOutage
from certfleet.api.own.site import SiteChange
from certfleet.api.server.reading import read
from certfleet.cli.frame.parameters import DURATION
from certfleet.simulator.plans.values import SETTINGS, length
from certfleet.store.durations import LONGEST, duration_text, read_duration, read_number_of
from certfleet.store.errors import Refusal
from certfleet.store.filters import days_span
from certfleet.store.inventory.expiry_text import read_limit
from certfleet.tui.dialogs.form_fields import duration

WRITTEN = {"90s": 90, "30min": 1800, "12h": 43_200, "14d": 1_209_600, "2w": 1_209_600, " 5 H ": 18_000}


@pytest.mark.parametrize(("text", "seconds"), WRITTEN.items())
def test_every_reader_takes_the_same_words(text: str, seconds: int) -> None:
    meant = timedelta(seconds=seconds)
    assert read_duration(text) == meant
    assert DURATION.convert(text, None, None) == meant
    assert length(text) == meant
    assert duration("code", "h", LONGEST)(text) == meant


@given(st.integers(0, LONGEST // timedelta(seconds=1)))
def test_what_is_written_is_read_again(seconds: int) -> None:
    meant = timedelta(seconds=seconds)
    assert read_duration(duration_text(meant)) == meant


def test_a_bare_number_is_in_the_unit_of_its_place() -> None:
    assert read_duration("6") == timedelta(days=6)
    assert read_duration("6", "h") == timedelta(hours=6)
    assert read_number_of("h", "2d") == read_number_of("h", "48") == 48


def test_settings_and_filters_take_them_too() -> None:
    assert read(SiteChange, {"escalation_hours": "2d"}).escalation_hours == 48
    assert read(SiteChange, {"escalation_hours": "48"}).escalation_hours == 48
    assert read(SiteChange, {"delete_inactive_days": "26w"}).delete_inactive_days == 182
    assert read(NewOutage, {"service": "apns", "minutes": "6h"}).minutes == 360
    assert SETTINGS["endpoint_hours"]("1d") == SETTINGS["endpoint_hours"](24) == 24
    assert SETTINGS["gateway_notice_days"](["4w", 7]) == (28, 7)
    assert read_limit("apns=8w,1/2").days == 56
    assert days_span("<2w") == days_span("<14") == (None, 13)
    assert days_span("30d..12w") == (30, 84)


@pytest.mark.parametrize("value", ["30min", "half a day", "1.5h", "-2d", "9000h"])
def test_rest_refuses_what_is_no_whole_number_of_hours(value: Any) -> None:
    with pytest.raises(Refusal) as refused:
        read(SiteChange, {"escalation_hours": value})
    assert refused.value.code == "request-invalid"
    assert "escalation_hours" in refused.value.message
