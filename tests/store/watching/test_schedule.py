"""When an endpoint is checked: every few hours, sooner after a replacement and after a failure, never all at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from certfleet.store.model.component import Component
from certfleet.store.model.endpoint import AddressReading, Endpoint, EndpointReading, Failure
from certfleet.store.served.watched_endpoints import Watched
from certfleet.store.watching.schedule import AGAIN, JITTER, SOON, SOON_FOR, next_check
from tests.material import NOW

HOURS = 6
GATEWAY = Component(id=1, need="gateway-ssl", certificate_id=5, bound_at=NOW)
WATCHED = Watched(
    endpoint=Endpoint(id=1, host="gw.example.com", port=443, need="gateway-ssl", added_at=NOW, added_by="alice"),
    component=GATEWAY,
    serving=(),
    failing=(),
    before={},
    entries={},
)


def reading(failure: Failure | None = None, *, at: datetime = NOW) -> EndpointReading:
    chain = () if failure is not None else ("00" * 32,)
    return EndpointReading(
        id=1, checked_at=at, addresses=(AddressReading(address="192.0.2.1", failure=failure, chain=chain),)
    )


def wait(watched: Watched, found: EndpointReading) -> timedelta:
    return next_check(watched, found, hours=HOURS, now=NOW) - found.checked_at


def about(found: timedelta, expected: timedelta) -> bool:
    return expected * (1 - JITTER) <= found <= expected


def test_one_that_was_never_checked_is_due_now() -> None:
    assert next_check(WATCHED, None, hours=HOURS, now=NOW) == NOW


def test_it_is_checked_every_six_hours() -> None:
    assert about(wait(WATCHED, reading()), timedelta(hours=HOURS))


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (Failure.TIMED_OUT, AGAIN),
        (Failure.NO_ADDRESS, AGAIN),
        (Failure.NO_ROUTE, timedelta(hours=HOURS)),  # this machine's fault, which lasts
        (Failure.NOT_ALLOWED, timedelta(hours=HOURS)),
    ],
)
def test_one_that_failed_is_tried_again_soon(failure: Failure, expected: timedelta) -> None:
    assert about(wait(WATCHED, reading(failure)), expected)


def test_it_is_checked_often_for_two_days_after_its_certificate_was_replaced() -> None:
    asked = replace(WATCHED, asked_at=NOW - SOON_FOR)
    assert about(wait(asked, reading()), SOON)
    late = replace(WATCHED, asked_at=NOW - SOON_FOR - timedelta(seconds=1))
    assert about(wait(late, reading()), timedelta(hours=HOURS))


def test_the_same_check_leads_to_the_same_time_and_others_to_others() -> None:
    times = {
        next_check(replace(WATCHED, endpoint=replace(WATCHED.endpoint, id=id)), reading(), hours=HOURS, now=NOW)
        for id in range(50)
    }
    assert len(times) == 50
    assert next_check(WATCHED, reading(), hours=HOURS, now=NOW) in times
