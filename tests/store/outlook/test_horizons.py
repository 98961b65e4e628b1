"""How far ahead somebody may look, and what is said of more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.outlook.horizons import (
    LONGEST_FORECAST,
    LONGEST_OUTLOOK,
    SHORTEST_FORECAST,
    check_forecast,
    check_outlook,
)

SECOND = timedelta(seconds=1)


def test_what_is_allowed_includes_its_ends() -> None:
    check_forecast(LONGEST_FORECAST)
    check_forecast(SHORTEST_FORECAST, least=SHORTEST_FORECAST)
    check_outlook(LONGEST_OUTLOOK)


@pytest.mark.parametrize(
    ("ahead", "hint"),
    [(LONGEST_FORECAST + SECOND, "Write 3650d or less. "), (SHORTEST_FORECAST - SECOND, "Write 1h or more.")],
)
def test_a_forecast_beyond_them_is_refused(ahead: timedelta, hint: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_forecast(ahead, least=SHORTEST_FORECAST)
    assert (refused.value.code, (refused.value.hint or "").startswith(hint)) == ("horizon-invalid", True)


def test_an_outlook_reaches_further(ahead: timedelta = LONGEST_OUTLOOK + SECOND) -> None:
    with pytest.raises(Refusal) as refused:
        check_outlook(ahead)
    assert (refused.value.code, refused.value.hint) == ("horizon-invalid", "Write 36500d or less.")
