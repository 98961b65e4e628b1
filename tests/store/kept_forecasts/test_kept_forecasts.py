"""Kept forecasts: what is known of the fleet since, beside what was said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.kept_forecasts.comparing import IssuedTo, issued_looks
from certfleet.store.model.audit import Actor
from certfleet.store.views.forecasts.kept_forecast import comparison_text
from certfleet.store.workspace import Workspace
from tests.forecasts import START, forecast

DAY = timedelta(days=1)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def real(clock: FixedClock) -> Workspace:
    workspace = Workspace.open(None, clock=clock, actor=Actor("alice"))
    take_in(workspace, *("default" for _ in range(100)))
    return workspace


def take_in(workspace: Workspace, *issuers: str) -> None:
    lines = [f"ios,S{number:03},{issuer}" for number, issuer in enumerate(issuers)]
    workspace.device_imports.take_in("\n".join(["platform,serial_number,issuer_group", *lines, ""]).encode())


def test_what_imports_say_is_set_beside_what_was_said(real: Workspace, clock: FixedClock) -> None:
    kept = real.kept_forecasts.keep(forecast(days=28, devices=100, across=94), "rotation")
    clock.at = START + 14 * DAY
    take_in(real, *("Company CA 2" if number < 91 else "default" for number in range(100)))
    clock.at = START + 20 * DAY
    kept, compared = real.kept_forecasts.review("rotation")

    assert [(one.known.at, one.known.source, one.said.at) for one in compared] == [
        (START + 14 * DAY, "import 2", START + 14 * DAY),
        (START + 20 * DAY, "now", START + 20 * DAY),
    ]
    said = comparison_text(kept, compared[0])
    assert said == "new CA group: said 94 % in 14 days, was 91 %; in service: said 100, was 100"
    assert compared[-1].known.groups == {"Company CA 2": 91, "default": 9}


def test_after_its_end_imports_add_nothing(real: Workspace, clock: FixedClock) -> None:
    real.kept_forecasts.keep(forecast(days=10, devices=100), "short")
    clock.at = START + 11 * DAY
    take_in(real, *("group-2" for _ in range(100)))
    kept, compared = real.kept_forecasts.review("short")
    assert kept.looks == ()
    assert [(one.known.source, one.said.at) for one in compared] == [("now", START + 10 * DAY)]


def test_who_held_what_follows_from_the_dates_of_issue() -> None:
    issued = [
        IssuedTo(id=1, device_id=1, group="default", issued_at=START - DAY),
        IssuedTo(id=2, device_id=2, group="default", issued_at=START - DAY),
        IssuedTo(id=3, device_id=1, group="group-2", issued_at=START + 8 * DAY),
    ]
    looks = list(issued_looks(issued, [START + 7 * DAY, START + 14 * DAY]))
    assert [one.groups for one in looks] == [{"default": 2}, {"default": 1, "group-2": 1}]
    assert {one.in_service for one in looks} == {None}


def test_each_has_a_name_of_its_own(real: Workspace) -> None:
    names = [real.kept_forecasts.keep(forecast(days=5)).name for _ in range(3)]
    assert names == ["rotation", "rotation 2", "rotation 3"]
    for name, code in (("rotation", "forecast-name-taken"), (" ", "forecast-name-invalid")):
        with pytest.raises(Refusal) as refused:
            real.kept_forecasts.keep(forecast(days=5), name)
        assert refused.value.code == code
    with pytest.raises(Refusal) as refused:
        real.kept_forecasts.review("other")
    assert refused.value.code == "forecast-unknown"


def test_one_is_forgotten_and_its_name_is_free_again(real: Workspace) -> None:
    for _ in range(2):
        real.kept_forecasts.keep(forecast(days=5))
    real.kept_forecasts.forget("rotation")
    assert [one.name for one in real.kept_forecasts.list()] == ["rotation 2"]
    (line,) = real.audit.tail(1)
    assert (line.action, line.summary) == ("plan.forget-forecast", "forecast kept as rotation forgotten")
    assert real.kept_forecasts.keep(forecast(days=5)).name == "rotation"
